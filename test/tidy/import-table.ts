// What each room may import, as data (the table of ARCHITECTURE.md), and the check of one import
// against it. A room may always import itself. Does not look for cycles: Biome does.

import { posix } from 'node:path';

/** `x/` is a room, `x*` a prefix, anything else an exact module or file. */
type Room = { readonly allowed: readonly string[]; readonly typesOnly?: readonly string[] };

export const importTable: Readonly<Record<string, Room>> = {
  domain: { allowed: [] },
  wire: { allowed: ['domain/', 'node:crypto', 'node:zlib', 'valibot'] },
  geo: { allowed: ['domain/', 'node:*', 'mmdb-lib'] },
  relay: { allowed: ['domain/', 'wire/', 'node:*', 'radius', 'valibot'] },
  lambdas: {
    allowed: [
      'domain/',
      'wire/',
      'geo/',
      '@aws-sdk/*',
      '@aws-lambda-powertools/*',
      'node:crypto',
      'valibot',
    ],
    typesOnly: ['aws-lambda'],
  },
  lib: {
    allowed: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'cdk-nag', 'node:path'],
    typesOnly: ['lambdas/env.ts'],
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
      'radius',
      'valibot',
    ],
    typesOnly: ['aws-lambda'],
  },
  console: { allowed: ['preact', 'preact/*'], typesOnly: ['lambdas/query/views.ts'] },
};

/** Rooms that wire or observe everything. */
const openRooms = ['bin', 'test', 'bench'];

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
  if (isRelative && target.startsWith(`${room}/`)) return undefined;
  const rules = importTable[room];
  const isAllowed =
    rules?.allowed.some((rule) => matches(rule, target)) === true ||
    (isTypeOnly && rules?.typesOnly?.some((rule) => matches(rule, target)) === true);
  return isAllowed ? undefined : `${path}: ${room}/ may not import ${target}`;
}
