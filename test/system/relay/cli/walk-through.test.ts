// The walk-through of docs/relay.md, done as it stands there: every command runs in a process of
// its own, and what it prints is what the page shows, up to times, keys and numbers that differ
// each time. To write it anew: UPDATE_DOCS=1 npx jest walk-through

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { builtProgram } from '../../../support/built-program.ts';
import { freePort } from '../../../support/free-port.ts';
import { stopAll, temporaryFolder } from '../../../support/running-relay.ts';

const root = path.join(__dirname, '../../../..');
const page = path.join(root, 'docs/relay.md');
const areToolsHere = ['radclient -v', 'curl --version', 'bash --version'].every(
  (line) => spawnSync(line, { shell: true }).status === 0,
);

type Step = {
  readonly say?: string;
  /** As the page shows it. */
  readonly command: string;
  /** Goes on running; these lines of its output are waited for and shown. */
  readonly until?: RegExp;
  /** Not shown; for example so that the test need not wait as long as a person. */
  readonly before?: string;
};

const origin = "-H 'Origin: http://127.0.0.1:8080' -H 'Content-Type: application/json'";
const api = 'http://127.0.0.1:8080/v1';
const read = 'JSON.parse(require("fs").readFileSync(0))';
const token = `curl -s -X POST ${api}/relays ${origin} -d '{ "name": "lyon-2" }' |
  node -p '${read}.token' > ~/lyon-2/token`;
const enrol = `npm run relay -- enrol --config ~/lyon-2/relay.json --url http://127.0.0.1:8080 \\
  --token-file ~/lyon-2/token`;
const send = (session: string): string =>
  `echo 'Acct-Status-Type=Start,Acct-Session-Id=${session},User-Name=alice@contoso.com,` +
  "Calling-Station-Id=5.80.19.135,NAS-Port-Type=Virtual' |\n" +
  '  radclient -S ~/lyon-2/asa-lyon.secret 127.0.0.1:1814 acct';
const profile = `curl -s ${api}/users/alice@contoso.com |
  node -p 'const { user, sessions, places } = ${read};
    [user, sessions, places[0].label].join(", ")'`;

const status = 'npm run relay -- status --config ~/lyon-2/relay.json';
/** Waits, as a person would look again, until the profile has that many sessions. */
const seen = (sessions: number): string =>
  `until curl -s ${api}/users/alice@contoso.com | grep -q '"sessions":${sessions},'
do sleep 0.5; done`;
/** The same until the status says so. */
const says = (pattern: string): string => `until ${status} | grep -Eq '${pattern}'; do :; done`;

const steps: readonly Step[] = [
  { command: 'npm start -- --sample none', until: /^Page/m, say: 'A cloud on this machine:' },
  {
    say: 'The settings, once for all relays. Secrets are entered here and never shown again:',
    command: `mkdir -m 700 ~/lyon-2 && cat > ~/lyon-2/settings.json <<'END'
{ "enabled": true, "domains": { "netbios": {} },
  "gateways": [ { "name": "asa-lyon", "addresses": ["127.0.0.1"], "vendor": "cisco-asa",
                  "secret": "known-to-asa-lyon-only" } ] }
END
curl -s -X PUT ${api}/settings ${origin} -H 'If-Match: "0"' -d @- < ~/lyon-2/settings.json`,
  },
  { say: 'A token, good for 15 minutes and one relay:', command: token },
  {
    say:
      'The relay. Without a configuration file `enrol` writes one; here the port has to be ' +
      'another, because the first relay has 1813:',
    command: `echo '{ "listen": [{ "address": "127.0.0.1", "port": 1814 }], "dataDir": "state" }' \\
  > ~/lyon-2/relay.json
${enrol}`,
  },
  {
    say: 'The cloud shows the same fingerprint, so there was no man in the middle:',
    command: `curl -s ${api}/relays |
  node -p '${read}.items.find((one) => one.relayId === "lyon-2").keys[0].fingerprint'`,
  },
  { command: 'npm run relay -- run --config ~/lyon-2/relay.json', until: /"settings-taken".*\n/ },
  {
    say: "A packet of the gateway, from Debian's `freeradius-utils`, and what became of it:",
    command: `echo known-to-asa-lyon-only > ~/lyon-2/asa-lyon.secret
${send('one')}`,
  },
  { before: seen(1), command: profile },
  { command: status },
  {
    say: '**Revoked.** The answer names the secrets the relay knew: change them if it was stolen.',
    command: `curl -s -X DELETE ${api}/relays/lyon-2 ${origin}`,
  },
  {
    say: 'Half a minute later it knows. Gateways notice nothing: it answers and records.',
    before: `npm run relay -- reload --config ~/lyon-2/relay.json; ${says('REVOKED')}`,
    command: send('two'),
  },
  {
    before: says('cloud +trouble'),
    command: `${status}; echo "exit code $?"`,
  },
  {
    say: 'Let in again, it ships what it has recorded meanwhile; nothing has to be restarted.',
    command: `${token}
${enrol}`,
  },
  { before: seen(2), command: profile },
];

const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children.splice(0).reverse()) {
    // The shell's whole group: it started the program.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  }
  await stopAll();
});

/** Between what the page shows and what runs here: ports, home, the programs without npm. */
async function makeStage() {
  const home = temporaryFolder();
  const ports: readonly (readonly [shown: string, real: string])[] = [
    ['8080', String(await freePort())],
    ['1813', String(await freePort())],
    ['1814', String(await freePort())],
  ];
  const [relay, local] = ['bin/relay.ts', 'bin/local.ts'].map((one) => builtProgram(one));
  const real = (text: string): string =>
    ports
      .reduce((whole, [shown, port]) => whole.replaceAll(`:${shown}`, `:${port}`), text)
      .replace('"port": 1814', `"port": ${ports[2]?.[1]}`)
      .replaceAll('npm run relay --', `node ${relay}`)
      .replace(
        'npm start --',
        `node ${local} --api-port ${ports[0]?.[1]} --radius-port ${ports[1]?.[1]}`,
      );
  const shown = (text: string): string =>
    ports
      .reduce((whole, [one, port]) => whole.replaceAll(`:${port}`, `:${one}`), text)
      .replaceAll(home, '~')
      // What it calls itself as one file.
      .replace(/wherefrom-relay (?=run|check|status)/g, 'npm run relay -- ');
  const env = {
    ...process.env,
    HOME: home,
    NODE_OPTIONS: '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  return { real, shown, env };
}

type Stage = Awaited<ReturnType<typeof makeStage>>;

async function perform({ command, until, before }: Step, stage: Stage): Promise<string> {
  const { env, real, shown } = stage;
  if (before !== undefined) await perform({ command: before }, stage);
  const isShort = until === undefined;
  // `exec`: what goes on running takes the shell's place.
  const text = isShort ? real(command) : `exec ${real(command)}`;
  const child = spawn('bash', ['-c', text], { cwd: root, env, detached: !isShort });
  let output = '';
  const saw = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (until?.test(output)) resolve();
      });
    }
    child.once('close', (code) => {
      if (isShort) resolve();
      else reject(new Error(`${command} has ended (${code}): ${output}`));
    });
  });
  if (!isShort) children.push(child);
  await saw;
  return shown(output.trimEnd());
}

/** What differs each time, as one mark. */
function masked(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '<time>')
    .replace(/SHA256:[\w+/]{43}/g, '<fingerprint>')
    .replace(/(?:\b[a-z]{5} ){5}[a-z]{5}\b/g, '<words>')
    .replace(/[\w-]{43}\b/g, '<key>')
    .replace(/\b[a-hjkmnp-z2-9]{24}\b/g, '<secret>')
    .replace(/\b[0-9a-f]{8}\b/g, '<mark>')
    .replace(/\b\d+(\.\d+)? (s|ms|min|MiB)\b/g, '<amount>')
    .replace(/Id \d+ from [\d.]+:\d+ to ([\d.:]+?)(:\d+)?(?= length)/g, 'Id <id>')
    .replace(/(asa-lyon +<amount>) +\d+/g, '$1 <rate>')
    .replace(/wherefrom-relay [\d.]+/g, 'wherefrom-relay <version>')
    .replace(/ +/g, ' ');
}

function written(step: Step, output: string): string {
  const say = step.say === undefined ? '' : `${step.say}\n\n`;
  const shown = step.until ? output.split('\n').slice(0, 12).join('\n') : output;
  return `${say}\`\`\`console\n$ ${step.command}\n${shown ? `${shown}\n` : ''}\`\`\``;
}

(areToolsHere ? it : it.skip)(
  'a second relay is let in, sends, is revoked and let in again as docs/relay.md tells',
  async () => {
    const stage = await makeStage();
    const told: string[] = [];
    for (const step of steps) told.push(written(step, await perform(step, stage)));
    const part = `\n\n${told.join('\n\n')}\n\n`;

    const text = fs.readFileSync(page, 'utf8');
    const [begin, end] = ['<!-- walk-through: begin -->', '<!-- walk-through: end -->'];
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end);
    expect(to).toBeGreaterThan(from - 1);
    if (process.env['UPDATE_DOCS'] === '1') {
      fs.writeFileSync(page, text.slice(0, from) + part + text.slice(to));
    } else {
      expect(masked(part).split('\n')).toEqual(masked(text.slice(from, to)).split('\n'));
    }
  },
  180_000,
);
