// Lists that are kept: added with their date, read in the order in which they win, removed.

import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addList, readLists, removeList } from '../../geo/reputation-lists.ts';

describe('the folder of lists', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-lists-'));
  const kept = join(folder, 'lists');
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    const written = new Date('2026-11-03T12:00:00Z');
    utimesSync(path, written, written);
    return path;
  };

  it('keeps copies with the day they were written, the most telling type last', () => {
    expect(readLists(kept)).toEqual([]);
    addList({ type: 'tor', path: file('exits', '5.8.16.9\n') }, kept);
    addList({ type: 'hosting', path: file('ipv4.txt', '5.8.17.0/24\n'), name: 'x4b.txt' }, kept);
    addList({ type: 'vpn', path: file('ipv4.txt', '5.8.18.0/24\nAS9009\n') }, kept);

    const told = readLists(kept).map(({ type, name, date }) => `${type}/${name} ${date}`);
    expect(told).toEqual([
      'hosting/x4b.txt 2026-11-03',
      'vpn/ipv4.txt 2026-11-03',
      'tor/exits 2026-11-03',
    ]);
  });

  it('keeps nothing that is refused, and replaces a list by its newer file', () => {
    expect(() => addList({ type: 'tor', path: file('exits', '<html>') }, kept)).toThrow('web page');
    addList({ type: 'tor', path: file('exits', '5.8.16.9\n5.8.16.10\n') }, kept);
    expect(readLists(kept).at(-1)?.blocks).toHaveLength(2);
  });

  it('names what is no file', () => {
    expect(() => addList({ type: 'tor', path: folder }, kept)).toThrow('is no file');
    expect(() => addList({ type: 'tor', path: join(folder, 'none') }, kept)).toThrow('is no file');
  });

  it('forgets a list by its name', () => {
    removeList('tor/exits', kept);
    expect(readLists(kept).map(({ type }) => type)).toEqual(['hosting', 'vpn']);
    expect(() => removeList('tor/exits', kept)).toThrow('there is no list tor/exits');
    expect(() => removeList('../../etc/passwd', kept)).toThrow('there is no list');
  });
});
