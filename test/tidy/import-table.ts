// What each room may import, as data (the table of ARCHITECTURE.md), in which order the folders of
// a room stand, and the check of one import against both. A folder may always import itself. Does
// not look for cycles of files: Biome does.

import { posix } from 'node:path';

/** `x/` is a room, `x*` a prefix, anything else an exact module or file. */
type Room = {
  readonly allowed: readonly string[];
  readonly typesOnly?: readonly string[];
  /** What a single file of the room may import beside that. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  /**
   * Folders of the room, one way: each may import those before it. `.` stands for the files at the
   * room's top. Every folder has to be in the list. Absent: the room has no order inside.
   */
  readonly folders?: readonly string[];
};

export const importTable: Readonly<Record<string, Room>> = {
  domain: {
    allowed: [],
    folders: [
      '.',
      'session',
      'profile',
      'search',
      'population',
      'detect/context',
      'detect/terms',
      'detect',
      'process',
    ],
  },
  wire: { allowed: ['domain/', 'node:crypto', 'node:zlib', 'valibot'] },
  geo: { allowed: ['domain/', 'node:*', 'mmdb-lib'] },
  relay: {
    allowed: ['domain/', 'wire/', 'node:*', 'csv-parse/sync', 'radius', 'valibot'],
    folders: [
      '.',
      'journal',
      'radius',
      'receive',
      'disconnect',
      'config',
      'ship',
      'radsec',
      'status',
      'import',
      'control',
      'cli',
      'run',
    ],
  },
  lambdas: {
    allowed: ['domain/', 'wire/', 'geo/', '@aws-sdk/*', 'node:crypto', 'valibot'],
    typesOnly: ['aws-lambda'],
    // The contract lies beside the bundle of the query function, which reads it when asked for it.
    files: {
      'lambdas/query/query.lambda.ts': ['docs/openapi.yaml'],
      'lambdas/query/contract.ts': ['node:fs', 'node:path'],
    },
    folders: [
      'shared',
      'siem',
      'ingest',
      'process',
      'locate',
      'label',
      'query',
      'control',
      'sweep',
      'aws',
      'wiring',
    ],
  },
  lib: {
    allowed: [
      'aws-cdk-lib',
      'aws-cdk-lib/*',
      'constructs',
      'cdk-nag',
      'node:path',
      'domain/nearest-name.ts',
    ],
    typesOnly: ['lambdas/shared/env.ts'],
  },
  local: {
    allowed: [
      'domain/',
      'wire/',
      'geo/',
      'relay/',
      'lambdas/',
      'node:*',
      // CreateTable: what the stack does in the cloud.
      '@aws-sdk/client-dynamodb',
      'dynalite',
      'dynalite/db',
      'dynalite/validations',
      'radius',
      'valibot',
    ],
    typesOnly: ['aws-lambda'],
  },
  console: {
    allowed: [
      'preact',
      'preact/*',
      '@tanstack/table-core',
      '@tanstack/table-core/*',
      '@tanstack/virtual-core',
    ],
    folders: ['api', 'text', 'parts', 'frame', 'map', 'pages', '.'],
  },
  // What the commands do: with the caller's own rights, on the same adapters as the functions.
  cli: {
    allowed: ['domain/', 'wire/', 'geo/', 'lambdas/', 'node:*', '@aws-sdk/*', 'oauth4webapi'],
  },
  build: {
    allowed: [
      'geo/',
      'console/',
      'relay/',
      'local/',
      'node:*',
      'esbuild',
      'openapi-typescript',
      '@ts-morph/common',
      'playwright-core',
      'topojson-client',
    ],
  },
  // Entry points: each wires one application to the process.
  bin: {
    allowed: [
      'cli/',
      'build/',
      'lib/',
      'local/',
      'relay/',
      'lambdas/',
      'package.json',
      'tsx/*',
      'node:*',
      'aws-cdk-lib',
      '@aws-sdk/*',
    ],
  },
};

/** Rooms that observe everything. */
const openRooms = ['test', 'bench'];

/** Entries read the environment when imported: only a Lambda host may do that. */
const entrySuffix = '.lambda.ts';

export type Import = { readonly specifier: string; readonly isTypeOnly: boolean };

const importForms = [
  /^\s*(?:import|export)(?<type>\s+type)?\s[^'"`;]*?from\s*['"](?<specifier>[^'"]+)['"]/gm,
  /^\s*import\s*['"](?<specifier>[^'"]+)['"]/gm,
  /\bimport\(\s*['"](?<specifier>[^'"]+)['"]\s*\)/gm,
];

/** Every static and dynamic import of a source text. */
export function importsOf(text: string): readonly Import[] {
  return importForms.flatMap((form) =>
    [...text.matchAll(form)].map(({ groups }) => ({
      specifier: groups?.['specifier'] ?? '',
      isTypeOnly: groups?.['type'] !== undefined,
    })),
  );
}

function matches(rule: string, target: string): boolean {
  if (rule.endsWith('/')) return target.startsWith(rule);
  if (rule.endsWith('*')) return target.startsWith(rule.slice(0, -1));
  return target === rule;
}

/** The folder of the room's order that a file is in: the longest that matches. */
function folderOf(room: string, path: string, folders: readonly string[]): string | undefined {
  const inside = path.slice(room.length + 1);
  if (!inside.includes('/')) return folders.find((folder) => folder === '.');
  return folders
    .filter((folder) => inside.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Judges an import within one room by the order of its folders. */
function againstOrder(room: string, path: string, target: string): string | undefined {
  const folders = importTable[room]?.folders;
  // An entry wires its function to everything; nobody may import it.
  if (!folders || path.endsWith(entrySuffix)) return undefined;
  const [from, to] = [path, target].map((file) => folderOf(room, file, folders));
  if (from === undefined) return `${path}: its folder is not in the order of ${room}/`;
  if (to === undefined) return `${target}: its folder is not in the order of ${room}/`;
  return folders.indexOf(to) <= folders.indexOf(from)
    ? undefined
    : `${path}: ${room}/${from} may not import ${target}, which stands after it`;
}

/**
 * Judges one import.
 * @param path file in the repository, with forward slashes
 * @returns a sentence when the import is forbidden
 */
export function forbiddenImport(
  path: string,
  { specifier, isTypeOnly }: Import,
): string | undefined {
  const [room = ''] = path.split('/');
  const isRelative = specifier.startsWith('.');
  const target = isRelative ? posix.join(posix.dirname(path), specifier) : specifier;
  if (openRooms.includes(room)) return undefined;

  if (target.endsWith(entrySuffix)) return `${path}: ${room}/ may not import the entry ${target}`;
  if (isRelative && target.startsWith(`${room}/`)) {
    return target.endsWith('.css') ? undefined : againstOrder(room, path, target);
  }
  const rules = importTable[room];
  const isAllowed =
    rules?.allowed.some((rule) => matches(rule, target)) === true ||
    rules?.files?.[path]?.some((rule) => matches(rule, target)) === true ||
    (isTypeOnly && rules?.typesOnly?.some((rule) => matches(rule, target)) === true);
  return isAllowed ? undefined : `${path}: ${room}/ may not import ${target}`;
}
