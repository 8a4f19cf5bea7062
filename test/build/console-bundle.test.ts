import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleConsole, type PageFiles } from '../../build/console-bundle.ts';

const kB = 1024;

describe('the files of the page', () => {
  let files: PageFiles;

  beforeAll(async () => {
    files = await bundleConsole(join(__dirname, '../..'));
  });

  const compressed = (ending: string): number => {
    const found = [...files].filter(([path]) => path.endsWith(ending));
    expect(found).toHaveLength(1);
    return found.reduce((sum, [, body]) => sum + gzipSync(body).length, 0);
  };

  it('weigh at most 60 KB of script and 15 KB of style, compressed', () => {
    expect(compressed('.js')).toBeLessThan(60 * kB);
    expect(compressed('.css')).toBeLessThan(15 * kB);
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
      expect(path).toMatch(/^\/index\.html$|^\/assets\/\w+-[A-Z0-9]{8}\.(js|css|svg)$/);
    }
  });
});
