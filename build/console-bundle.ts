// Builds the console: all of console/ as a few small files and their names for a browser. It takes
// a tenth of a second, so nothing is cached between runs. The local run and the tests use it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, stop } from 'esbuild';

/** Files of the page by path: `/index.html`, `/assets/main-4F2A.js`. */
export type PageFiles = ReadonlyMap<string, Buffer>;

/**
 * Bundles the page. Names of assets carry a hash of their content, so they can be kept for ever.
 * @throws Error of esbuild that names file and line.
 */
export async function bundleConsole(repository: string): Promise<PageFiles> {
  const source = join(repository, 'console');
  const { outputFiles } = await build({
    entryPoints: [join(source, 'main.tsx'), join(source, 'icon.svg')],
    entryNames: '[name]-[hash]',
    // What is rarely shown, and the outline of the map, come when they are needed.
    splitting: true,
    chunkNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    outdir: '/',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'error',
  });
  // The bundler is a process of its own: once is enough.
  await stop();
  let page = readFileSync(join(source, 'index.html'), 'utf8');
  const files = new Map<string, Buffer>();
  for (const { path, contents } of outputFiles) {
    const name = path.replace(/^.*[\\/]/, '');
    const plainName = name.replace(/-[A-Z0-9]{8}(?=\.\w+$)/, '');
    page = page.replace(`/assets/${plainName}`, `/assets/${name}`);
    files.set(`/assets/${name}`, Buffer.from(contents));
  }
  files.set('/index.html', Buffer.from(page));
  return files;
}
