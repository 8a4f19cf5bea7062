import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleConsole, type PageFiles } from '../../build/console-bundle.ts';

const kB = 1024;

describe('the files of the page', () => {
  let files: PageFiles;

  beforeAll(async () => {
    files = await bundleConsole(join(__dirname, '../..'));
  });

  /** Files that a file of the page asks for before it runs, itself first. */
  const firstLoad = (path: string): readonly string[] => {
    const text = files.get(path)?.toString() ?? '';
    const imports = [...text.matchAll(/(?:^|[;}\s])(?:import|from)\s*"\.\/([^"]+)"/g)];
    return [path, ...imports.flatMap(([, name]) => firstLoad(`/assets/${name}`))];
  };

  const compressed = (paths: readonly string[]): number =>
    [...new Set(paths)].reduce((sum, path) => sum + gzipSync(files.get(path) ?? '').length, 0);

  const named = (pattern: RegExp): string =>
    [...files.keys()].find((one) => pattern.test(one)) ?? '';

  it('weigh at most 110 KB of script on first load and 15 KB of style, compressed', () => {
    const scripts = firstLoad(named(/^\/assets\/main-\w+\.js$/));

    expect(compressed(scripts)).toBeLessThan(110 * kB);
    expect(compressed(scripts)).toBeGreaterThan(20 * kB);
    expect(compressed([named(/\.css$/)])).toBeLessThan(15 * kB);
    // The outline of the map and what is rarely opened come later.
    expect(scripts).not.toContain(named(/map-data/));
    expect(scripts).not.toContain(named(/settings/));
  });

  it('are named by the page, and by nothing outside of it', () => {
    const page = files.get('/index.html')?.toString() ?? '';
    const named = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1] ?? '');

    expect(named.length).toBe(3);
    expect(named.filter((path) => !files.has(path))).toEqual([]);
    expect(page).not.toMatch(/<style|style=|<script[^>]*>[^<]/);
  });

  it('take each name from their content, so that a browser may keep them', async () => {
    const again = await bundleConsole(join(__dirname, '../..'));

    expect([...again.keys()]).toEqual([...files.keys()]);
    for (const path of files.keys()) {
      expect(path).toMatch(/^\/index\.html$|^\/assets\/[\w-]+-[A-Z0-9]{8}\.(js|css|svg)$/);
    }
  });
});
