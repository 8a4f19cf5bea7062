// Every npm script starts here: `node bin/run.mjs TOOL ARGS...` installs the dependencies when they
// are missing or older than the lockfile, then runs the tool in this very process, so that signals,
// exit code, stdin and stdout are the tool's own and nothing is left behind when it is killed.
// Only node:* is imported statically: on a fresh clone nothing else exists yet. Says everything on
// stderr; stdout belongs to the tool.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const nodeMin = [20, 19];
const lockWaitMs = 250;
const parentWatchMs = 200;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installLock = join(root, '.cache', 'installing');

/** Tools that are plain Node programs, by the script that starts them. */
const tools = {
  jest: 'node_modules/jest/bin/jest.js',
  cdk: 'node_modules/aws-cdk/bin/cdk',
};

const quietEnv = {
  // SDK v3 warns on Node 20 at every start; the versions are locked, so it changes nothing.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
};

function say(text) {
  process.stderr.write(`wherefrom: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
  if (isNewEnough) return;
  fail(
    `needs Node ${nodeMin.join('.')} or newer, this is ${process.versions.node}; install Node 24`,
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Compares what the lockfile asks for with what npm noted as installed. Content, not file times: a
 * checkout changes times without changing versions. npm writes its note last, so an interrupted
 * install has none. Packages for other platforms are optional and may be absent.
 */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const present = installed[path];
    if (present === undefined) return entry.optional === true || entry.devOptional === true;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True: the lock is ours. False: another live process is installing. */
function takeInstallLock() {
  mkdirSync(dirname(installLock), { recursive: true });
  try {
    writeFileSync(installLock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  let owner = 0;
  try {
    owner = Number(readFileSync(installLock, 'utf8'));
  } catch {
    return false;
  }
  if (owner > 0 && !isAlive(owner)) rmSync(installLock, { force: true });
  return false;
}

/** Install scripts of dependencies are never run: none is needed, and none is then trusted. */
function runNpmCi() {
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--include=dev'];
  args.push('--include=optional', '--loglevel=error');
  const npmScript = process.env.npm_execpath;
  const isNpm = npmScript?.endsWith('npm-cli.js') === true;
  const command = isNpm ? process.execPath : 'npm';
  const result = spawnSync(command, isNpm ? [npmScript, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !isNpm && process.platform === 'win32',
  });
  return result.status === 0;
}

async function install() {
  let hasSaidWaiting = false;
  while (!isInstalled()) {
    if (!takeInstallLock()) {
      if (!hasSaidWaiting) say('another process is installing the dependencies; waiting');
      hasSaidWaiting = true;
      await new Promise((wake) => setTimeout(wake, lockWaitMs));
      continue;
    }
    try {
      if (isInstalled()) return;
      say('installing dependencies from package-lock.json (once)');
      const startedAt = Date.now();
      if (!runNpmCi()) throw new Error('npm ci failed; see its message above');
      if (!isInstalled()) {
        throw new Error('npm ci left packages out; is package-lock.json up to date?');
      }
      say(`dependencies installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
    } finally {
      rmSync(installLock, { force: true });
    }
  }
}

/** Runs a TypeScript file; child processes started with fork() understand TypeScript too. */
async function runTypeScript(file, args) {
  const { register } = await import('tsx/esm/api');
  register();
  process.execArgv.push('--import', import.meta.resolve('tsx'));
  const path = resolve(root, file);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}

/**
 * npm passes SIGTERM to the shell between us, and the shell dies without passing it on. Without
 * this, a stopped `npm start` would stay behind on its ports.
 */
function stopWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, parentWatchMs);
  watch.unref();
}

async function main() {
  const [tool, ...args] = process.argv.slice(2);
  checkNode();
  for (const [name, value] of Object.entries(quietEnv)) process.env[name] ??= value;
  try {
    await install();
  } catch (error) {
    fail(error.message);
  }
  if (tool === 'install') return;
  stopWithParent();
  if (tool === 'tsx') return runTypeScript(args[0], args.slice(1));
  // The app behind the CDK CLI sees no command line of its own (bin/cloud.ts).
  if (tool === 'cdk') process.env.WHEREFROM_CDK_ARGUMENTS = JSON.stringify(args);
  const script = tools[tool];
  if (script === undefined) return fail(`no tool named ${tool}`);
  const path = join(root, script);
  process.argv = [process.execPath, path, ...args];
  createRequire(import.meta.url)(path);
}

await main();
