// Every npm script starts here: `node bin/run.mjs TOOL ARGS...` installs the dependencies when they
// are missing or older than the lockfile, then runs the tool in this very process, so that signals,
// exit code, stdin and stdout are the tool's own and nothing is left behind when it is killed.
// Programs for users (`userPrograms`) need the production dependencies only; all else needs all.
// Only node:* is imported statically: on a fresh clone nothing else exists yet. Says everything on
// stderr; stdout belongs to the tool.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const nodeMin = [20, 19];
const lockWaitMs = 250;
const parentWatchMs = 200;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installLock = join(root, '.cache', 'installing');
/** There while npm changes node_modules: what a killed npm leaves looks whole and may not be. */
const unfinishedStamp = join(root, '.cache', 'install-unfinished');

/** What users run. A test holds that nothing they load is a development dependency. */
const userPrograms = [
  'bin/local.ts',
  'bin/relay.ts',
  'bin/login.ts',
  'bin/query.ts',
  'bin/admin.ts',
  'bin/aside.ts',
  'bin/dead-letters.ts',
  'bin/replay.ts',
  'bin/size.ts',
  'bin/geo.ts lookup',
];

/** A third of the location packages: address forms of lists that are read in their number form. */
const unreadFiles = [
  '@ip-location-db/asn/asn-ipv4.csv',
  '@ip-location-db/asn/asn-ipv6.csv',
  '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb',
];

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
 * checkout changes times without changing versions. Packages for other platforms are optional and
 * may be absent. A package that is noted but has lost its folder counts as missing.
 * @param {boolean} withDev also what only building, testing and deploying need
 */
function isInstalled(withDev) {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined || existsSync(unfinishedStamp)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || (entry.dev === true && !withDev)) return true;
    const present = installed[path];
    if (present === undefined) return entry.optional === true || entry.devOptional === true;
    return (
      present.version === entry.version &&
      present.integrity === entry.integrity &&
      existsSync(join(root, path, 'package.json'))
    );
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

/**
 * Installs, or adds the development dependencies to a whole production install, which a running
 * program may be using. Install scripts of dependencies are never run: none is needed, and none is
 * then trusted.
 */
function runNpm(withDev) {
  const adds = withDev && isInstalled(false);
  const args = adds ? ['install', '--no-save'] : ['ci'];
  args.push('--no-audit', '--no-fund', '--ignore-scripts', '--include=optional');
  args.push('--loglevel=error');
  // valibot names TypeScript as an optional peer, which npm takes for wanted unless peers are left
  // alone: 27 MB that no program loads.
  args.push(...(withDev ? ['--include=dev'] : ['--omit=dev', '--legacy-peer-deps']));
  const npmScript = process.env.npm_execpath;
  const isNpm = npmScript?.endsWith('npm-cli.js') === true;
  const command = isNpm ? process.execPath : 'npm';
  writeFileSync(unfinishedStamp, '');
  const result = spawnSync(command, isNpm ? [npmScript, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !isNpm && process.platform === 'win32',
  });
  if (result.status !== 0) return false;
  for (const file of unreadFiles) rmSync(join(root, 'node_modules', file), { force: true });
  rmSync(unfinishedStamp, { force: true });
  return true;
}

async function install(withDev) {
  let hasSaidWaiting = false;
  while (!isInstalled(withDev)) {
    if (!takeInstallLock()) {
      if (!hasSaidWaiting) say('another process is installing the dependencies; waiting');
      hasSaidWaiting = true;
      await new Promise((wake) => setTimeout(wake, lockWaitMs));
      continue;
    }
    try {
      if (isInstalled(withDev)) return;
      const what = withDev ? 'dependencies' : 'what this program needs';
      say(`installing ${what} from package-lock.json (once)`);
      const startedAt = Date.now();
      if (!runNpm(withDev)) {
        throw new Error('npm could not install; see its message above, then try again');
      }
      if (!isInstalled(withDev)) {
        throw new Error('npm left packages out; is package-lock.json up to date?');
      }
      say(`dependencies installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
    } finally {
      rmSync(installLock, { force: true });
    }
  }
}

/** Whether the tool needs more than users' programs do. */
function needsDev(tool, args) {
  if (tool === 'install') return args[0] !== 'production';
  return !(tool === 'tsx' && userPrograms.some((program) => isCallOf(program, args)));
}

function isCallOf(program, args) {
  return program.split(' ').every((word, index) => args[index] === word);
}

/** Runs a TypeScript file; child processes started with fork() understand TypeScript too. */
async function runTypeScript(file, args) {
  await import('./typescript.mjs');
  process.execArgv.push('--import', import.meta.resolve('./typescript.mjs'));
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
    await install(needsDev(tool, args));
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
