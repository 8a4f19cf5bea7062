// The relay as one small folder that runs with Node alone: relay.cjs, the dictionaries of the
// `radius` package beside it, a launcher, the licences of what is inside.
// Promise: no node_modules and no network at run time; a package that is bundled without a licence
// text fails the build.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const dictionaries = 'radius-dictionaries';
/** How the package finds its dictionaries; in the bundle they are beside it. */
const packagedPlace = '__dirname + "/../dictionaries"';
/** The constructor that Node deprecates (DEP0005), by its two successors. */
const bufferBefore = 'new Buffer(';
const bufferNow = `var makeBuffer = (from, encoding) =>
  typeof from === "number" ? Buffer.alloc(from) : Buffer.from(from, encoding);
`;

/** Finds Node on the path, and the program beside itself or where the Debian package puts it. */
const launcher = `#!/bin/sh
# Starts the Wherefrom relay with the Node beside it, else with that of this machine.
here=$(dirname "$(readlink -f "$0")")
[ -f "$here/relay.cjs" ] || here="$here/../lib/wherefrom"
node="$here/node"
[ -x "$node" ] || node=$(command -v node || command -v nodejs) || {
  echo 'wherefrom-relay: needs Node 20.19 or newer on the path' >&2
  exit 69
}
exec "$node" "$here/relay.cjs" "$@"
`;

const radiusPlace: Plugin = {
  name: 'radius-dictionaries',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]radius[\\/]lib[\\/]radius\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(packagedPlace)) throw new Error(`${path}: looks elsewhere by now`);
      const placed = text.replace(packagedPlace, `__dirname + "/${dictionaries}"`);
      return { contents: bufferNow + placed.replaceAll(bufferBefore, 'makeBuffer(') };
    });
  },
};

/** Makes the folder anew. @throws Error of esbuild that names file and line. */
export async function bundleRelay(repository: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(repository, 'bin/relay.ts')],
    outfile: join(folder, 'relay.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    // Names stay as they are without `keepNames`, since nothing is minified. It would define the
    // name of every inner function each time one is made: 16 us for a packet's attributes.
    legalComments: 'none',
    metafile: true,
    absWorkingDir: repository,
    plugins: [radiusPlace],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'error' },
  });
  cpSync(join(repository, 'node_modules/radius/dictionaries'), join(folder, dictionaries), {
    recursive: true,
  });
  writeFileSync(join(folder, 'wherefrom-relay'), launcher);
  chmodSync(join(folder, 'wherefrom-relay'), 0o755);
  writeFileSync(
    join(folder, 'THIRD-PARTY.txt'),
    licencesOf(repository, packagesIn(Object.keys(metafile.inputs))),
  );
  for (const name of ['LICENSE', 'NOTICE']) {
    copyFileSync(join(repository, name), join(folder, name));
  }
}

/** Names of the packages that the bundle holds. */
function packagesIn(inputs: readonly string[]): string[] {
  const names = inputs.flatMap(
    (path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

function licencesOf(repository: string, names: readonly string[]): string {
  const parts = names.map((name) => {
    const folder = join(repository, 'node_modules', name);
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} is bundled and has no licence text`);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  const rule = `\n${'-'.repeat(72)}\n\n`;
  return `relay.cjs holds these packages:\n${rule}${parts.join(rule)}`;
}
