// Finds the files, folders and headings that comments and documents name, and says which of them
// do not exist: a file is moved more often than the sentence that points to it. Strings of code are
// not looked at.

import { posix } from 'node:path';
import type { SourceFile } from './repository.ts';

/** Block and line comments; the character before `//` keeps out the scheme of an address. */
const commentForm = /\/\*[\s\S]*?\*\/|(?<![:'"`\w\\])\/\/.*$/gm;

/** `gate.ts`, `radius/to-event.ts`, `docs/relay.md`: a name that ends like one of our sources. */
const sourceName =
  /(?<![\w./@*<-])(?:\.{1,2}\/)*(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:tsx?|mjs|md)\b/g;

/** The target of a Markdown link in the repository, with its anchor. */
const linkForm = /\]\((?![a-z]+:)([^)\s]+)[^)]*\)/g;

/** Somebody else's files, files that a run makes, keys of a bucket. */
const notOurs: ReadonlySet<string> = new Set([
  // Of ocserv, Elastic's integration for Cisco ASA, and PacketFence: sources of the guides.
  'doc/README-radius.md',
  'docs/network/vpn_configuration.asciidoc',
  'lib/pf/Switch/F5.pm',
  // Made by .ci/release, not kept.
  'release/NOTES.md',
  // Where the stack keeps location data (geo/newest-locator.ts).
  'geo/latest.json',
]);

/** What the repository holds: all paths, the top folders, and a page's text by its path. */
export type Repository = {
  readonly paths: readonly string[];
  readonly rooms: readonly string[];
  readonly read: (path: string) => string | undefined;
};

/**
 * The files, folders and headings that a text names and the repository does not hold.
 * @param file code, of which comments are read, or a page or settings file, read whole
 * @returns a sentence for each. A name ends like a source (`to-event.ts`) and is found when a path
 * ends with it; or begins with a top folder (`relay/journal`) and is found when a path begins so; a
 * link is found when it leads to a file or folder, and to a heading, from where the page stands.
 */
export function missingFiles({ path, text }: SourceFile, repository: Repository): string[] {
  const { paths, rooms, read } = repository;
  const isCode = /\.(tsx?|mjs)$/.test(path);
  const prose = isCode ? (text.match(commentForm) ?? []).join('\n') : text;
  const fromHere = (name: string): string =>
    posix.join(posix.dirname(path), name).replace(/\/$/, '');
  const isPlace = (place: string): boolean =>
    paths.some((one) => one === place || one.startsWith(`${place}/`));
  const isSource = (name: string): boolean =>
    isPlace(fromHere(name)) || paths.some((one) => one === name || one.endsWith(`/${name}`));
  const isBeginning = (name: string): boolean =>
    paths.some((one) => one.startsWith(name) && /^($|[/.])/.test(one.slice(name.length)));
  const leads = (target: string): boolean => {
    const [file = '', anchor] = target.split('#');
    const place = file === '' ? path : fromHere(file);
    if (!isPlace(place)) return false;
    return anchor === undefined || headings(read(place) ?? '').includes(anchor);
  };

  const sources = [...prose.matchAll(sourceName)].map(([name]) => name);
  const places = [...prose.matchAll(placeName(rooms))].map(([name]) => name.replace(/[/.]+$/, ''));
  const links = path.endsWith('.md')
    ? [...prose.matchAll(linkForm)].map(([, target]) => target ?? '')
    : [];
  const missing = [
    ...sources.filter((name) => !isSource(name)),
    ...places.filter((name) => !isBeginning(name)),
    ...links.filter((target) => !leads(target)),
  ].filter((name) => !notOurs.has(name));
  return [...new Set(missing)].map((name) => `${path}: names ${name}, which does not exist`);
}

/** `relay/journal/`, `docs/openapi.yaml`: a name below a top folder; no pattern, no `<name>`. */
function placeName(rooms: readonly string[]): RegExp {
  const tops = [...rooms, '.ci', '.github', '.githooks'].map((room) => room.replace('.', '\\.'));
  return new RegExp(
    `(?<![\\w./@*<:-])(?:${tops.join('|')})/[\\w.-]+(?:/[\\w.-]+)*(?![\\w/]*[*<])`,
    'g',
  );
}

/** Anchors of a page, as GitHub makes them of its headings. */
function headings(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
