// The house rules, checked on every file: imports, sizes, names, what must not be in the
// repository, and that README shows the real tree. A broken rule is a sentence with the file's
// name.

import { posix } from 'node:path';
import { importCircles } from './import-circles.ts';
import { forbiddenImport, importsOf, importTable } from './import-table.ts';
import { missingFiles } from './named-files.ts';
import { paths, readText, rooms, type SourceFile, sources, textFiles } from './repository.ts';

const fileLinesMax = 300;
const testFileLinesMax = 600;
const entryLinesMax = 20;
/** An entry point wires one application; bin/run.mjs runs before anything is installed. */
const binLinesMax = 45;
const lineColumnsMax = 100;
const bannedWords = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'misc', 'index'];

/** Where the environment may be read: entry points and scripts, Lambda entries. */
const mayReadEnvironment = /^(bin|build)\/|\.lambda\.ts$|^test\/|^bench\//;

function linesMaxOf(path: string): number {
  if (path.endsWith('.lambda.ts')) return entryLinesMax;
  if (/^bin\/.*\.ts$/.test(path)) return binLinesMax;
  return path.startsWith('test/') ? testFileLinesMax : fileLinesMax;
}

/** Sources that are tables of data, not code: their lines may be long and many. */
const isData = (path: string): boolean =>
  generated.includes(path) || /(^|[-/])(data|fixtures?|vectors?)[-./]/.test(path);

/** Written by a program; `npm run check` holds them to what they are made from. */
const generated = ['console/api/contract.ts'];

/** What would make the domain depend on when and where it runs. */
const impure =
  /\b(Date\.now|Math\.random|new Date\(\)|process\.|Buffer\b|setTimeout|fetch\(|console\.)/;

type LockedPackage = {
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
const lockedPackages: Readonly<Record<string, LockedPackage>> = JSON.parse(
  readText('package-lock.json') ?? '{}',
).packages;

const lines = (text: string): string[] => text.split('\n');
const inCode = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

function offences(
  files: readonly SourceFile[],
  judge: (file: SourceFile) => string | undefined | readonly string[],
): string[] {
  return files.flatMap((file) => judge(file) ?? []);
}

describe('imports', () => {
  it('stay inside what each room may import', () => {
    const found = offences(sources, ({ path, text }) =>
      importsOf(text).flatMap((one) => forbiddenImport(path, one) ?? []),
    );

    expect(found).toEqual([]);
  });

  it('are refused with a sentence that names file, room and module', () => {
    const text = "import { readFileSync } from 'node:fs';\nimport '../wire/seal.ts';\n";

    const found = importsOf(text).map((one) => forbiddenImport('domain/x.ts', one));

    expect(found).toEqual([
      'domain/x.ts: domain/ may not import node:fs',
      'domain/x.ts: domain/ may not import wire/seal.ts',
    ]);
  });

  it('are seen in every form', () => {
    const text = [
      "import type { A } from './a.ts';",
      "import {\n  b,\n  c,\n} from './b.ts';",
      "export { d } from './d.ts';",
      "const e = await import('./e.ts');",
    ].join('\n');

    const found = importsOf(text).map((one) => one.specifier);

    expect(found).toEqual(['./a.ts', './b.ts', './d.ts', './e.ts']);
  });

  it('let the stack see only the types of the environment', () => {
    const specifier = '../lambdas/shared/env.ts';

    expect(forbiddenImport('lib/x.ts', { specifier, isTypeOnly: true })).toBeUndefined();
    expect(forbiddenImport('lib/x.ts', { specifier, isTypeOnly: false })).toBeDefined();
  });

  it('never reach a Lambda entry, which reads the environment when imported', () => {
    const one = { specifier: '../lambdas/ingest/admit.lambda.ts', isTypeOnly: false };

    expect(forbiddenImport('local/x.ts', one)).toContain('may not import the entry');
  });

  it('of a single file are its own', () => {
    const files = { specifier: 'node:fs', isTypeOnly: false };

    expect(forbiddenImport('lambdas/query/contract.ts', files)).toBeUndefined();
    expect(forbiddenImport('lambdas/query/query.ts', files)).toBe(
      'lambdas/query/query.ts: lambdas/ may not import node:fs',
    );
  });

  it('go one way between the folders of a room', () => {
    const found = (path: string, specifier: string) =>
      forbiddenImport(path, { specifier, isTypeOnly: true });

    expect(found('relay/journal/x.ts', '../cli/command-line.ts')).toBe(
      'relay/journal/x.ts: relay/journal may not import relay/cli/command-line.ts, ' +
        'which stands after it',
    );
    expect(found('relay/cli/x.ts', '../journal/reader.ts')).toBeUndefined();
    expect(found('relay/cli/doctor/x.ts', '../command-line.ts')).toBeUndefined();
    expect(found('domain/detect/terms/x.ts', '../judge.ts')).toContain('which stands after it');
    expect(found('relay/x.ts', './journal/reader.ts')).toContain('which stands after it');
    expect(found('relay/attic/x.ts', '../log.ts')).toContain('is not in the order of relay/');
  });

  it('go in no circle, of types neither', () => {
    const files = [
      { path: 'a/one.ts', text: "import type { Two } from './two.ts';" },
      { path: 'a/two.ts', text: "import { one } from './one.ts';" },
    ];

    expect(importCircles(files)).toEqual(['a/one.ts > a/two.ts > a/one.ts']);
    expect(importCircles(sources)).toEqual([]);
  });

  it('are ruled for every room that exists', () => {
    const ruled = [...Object.keys(importTable), 'test', 'bench', 'docs', 'contrib'];

    expect(rooms.filter((room) => !ruled.includes(room))).toEqual([]);
  });
});

describe('source files', () => {
  it('are short enough to read in one sitting', () => {
    const found = offences(sources, ({ path, text }) => {
      const count = lines(text).length - 1;
      const max = linesMaxOf(path);
      return count > max && !isData(path) ? `${path}: ${count} lines, at most ${max}` : undefined;
    });

    expect(found).toEqual([]);
  });

  it('have lines that fit beside each other', () => {
    const found = offences(sources, ({ path, text }) =>
      isData(path)
        ? undefined
        : lines(text).flatMap((line, at) =>
            line.length > lineColumnsMax && !/https?:\/\//.test(line)
              ? [`${path}:${at + 1}: ${line.length} columns, at most ${lineColumnsMax}`]
              : [],
          ),
    );

    expect(found).toEqual([]);
  });

  it('open with a comment that says what they are for', () => {
    const found = offences(sources, ({ path, text }) =>
      /^(#!.*\n)?\/[/*]/.test(text) || path.endsWith('.test.ts')
        ? undefined
        : `${path}: opens without a comment`,
    );

    expect(found).toEqual([]);
  });

  it('are named for what they hold, in kebab-case', () => {
    const found = offences(sources, ({ path }) => {
      const name = posix.basename(path);
      const words = name.split(/[-.]/);
      const banned = words.find((word) => bannedWords.includes(word));
      if (banned !== undefined) return `${path}: "${banned}" says nothing about its content`;
      return /^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name) ? undefined : `${path}: is not kebab-case`;
    });

    expect(found).toEqual([]);
  });

  it('have no default export', () => {
    const found = offences(sources, ({ path, text }) =>
      /^export default\b/m.test(text) && !path.endsWith('.d.ts')
        ? `${path}: has a default export`
        : undefined,
    );

    expect(found).toEqual([]);
  });

  it('write entries out: no literal is spread to save lines', () => {
    const spread = /\.\.\.(?:\{|\[[^[\]]*\]\s*[,)\]])/;
    const found = offences(sources, ({ path, text }) => {
      const match = spread.exec(inCode(text));
      return match === null ? undefined : `${path}: spreads a literal, ${match[0]}`;
    });

    expect(found).toEqual([]);
  });

  it('leave nothing for later', () => {
    const found = offences(sources, ({ path, text }) =>
      /\b(TODO|FIXME)\b/.test(text) && path !== 'test/tidy/tidy.test.ts'
        ? `${path}: leaves something for later`
        : undefined,
    );

    expect(found).toEqual([]);
  });
});

describe('the environment and the clock', () => {
  it('are read only by entry points', () => {
    const found = offences(sources, ({ path, text }) =>
      /process\.env/.test(inCode(text)) && !mayReadEnvironment.test(path)
        ? `${path}: reads process.env`
        : undefined,
    );

    expect(found).toEqual([]);
  });

  it('are unknown to the domain', () => {
    const domain = sources.filter(({ path }) => path.startsWith('domain/'));
    const found = offences(domain, ({ path, text }) => {
      const match = impure.exec(inCode(text));
      return match === null ? undefined : `${path}: domain/ may not use ${match[1]}`;
    });

    expect(domain.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });
});

describe('the repository', () => {
  it('holds no path of somebody’s machine and no registry host', () => {
    const machine =
      /(?<![\w.])\/(?:home|Users|root|work)\/[\w.-]+|registry\.[\w-]+\.\w+|"resolved":/;
    const found = offences(textFiles, ({ path, text }) => {
      const match = path.startsWith('test/') ? null : machine.exec(text);
      return match === null ? undefined : `${path}: holds ${match[0]}`;
    });

    expect(found).toEqual([]);
  });

  it('names what only its owner knows in one place', () => {
    const mailbox: string = JSON.parse(readText('package.json') ?? '{}').author.match(/<(.+)>/)[1];
    const found = textFiles.filter(({ text }) => text.includes(mailbox)).map(({ path }) => path);

    expect(found).toEqual(['package.json']);
  });

  it('pins every dependency to one version', () => {
    const manifest = JSON.parse(readText('package.json') ?? '{}');
    const versions: [string, string][] = Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
    });

    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(manifest.devDependencies['aws-cdk']).toBe('2.1148.1');
  });

  it('locks the binaries of every platform, without which npm ci refuses the lockfile', () => {
    const locked = Object.keys(lockedPackages);

    const missing = Object.values(lockedPackages)
      .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
      .filter((name) => !locked.some((path) => path.endsWith(`node_modules/${name}`)));

    expect(missing).toEqual([]);
  });

  it('locks the content of every package by a hash', () => {
    // What travels inside another package's tarball is covered by the hash of that tarball.
    const unhashed = Object.entries(lockedPackages)
      .filter(([path, { inBundle }]) => path !== '' && inBundle !== true)
      .filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
      .map(([path]) => path);

    expect(Object.keys(lockedPackages).length).toBeGreaterThan(1);
    expect(unhashed).toEqual([]);
  });
});

describe('tests', () => {
  it('stand where what they test stands', () => {
    const folders = new Set(
      paths.filter((path) => !path.startsWith('test/')).map((path) => posix.dirname(path)),
    );
    const free = ['support', 'tidy', 'scenarios', 'fixtures'];
    const found = offences(sources, ({ path }) => {
      if (!path.endsWith('.test.ts')) return undefined;
      const folder = posix.dirname(path).replace(/^test\/?(system\/?)?/, '');
      return folder === '' || free.includes(folder) || folders.has(folder)
        ? undefined
        : `${path}: there is no folder ${folder}/`;
    });

    expect(found).toEqual([]);
  });
});

describe('comments and documents', () => {
  it('number every decision once, in its name and its title', () => {
    const names = paths.flatMap((path) => /^docs\/decisions\/(\d{4}-.*)/.exec(path)?.[1] ?? []);
    const numbers = names.map((name) => name.slice(0, 4));
    const titled = names.filter((name) =>
      readText(`docs/decisions/${name}`)?.startsWith(`# ${name.slice(0, 4)} `),
    );

    expect(numbers).toEqual([...new Set(numbers)]);
    expect(titled).toEqual(names);
  });

  const repository = { paths, rooms, read: readText };
  const missing = (path: string, text: string): string[] =>
    missingFiles({ path, text }, repository);

  it('name only files, folders and headings that exist', () => {
    const found = textFiles
      .filter(({ path }) => !/^test\/fixtures\/|^package-lock\.json$/.test(path))
      .flatMap((file) => missingFiles(file, repository));

    expect(found).toEqual([]);
  });

  it('are refused with a sentence that names page and file', () => {
    expect(
      missing('domain/x.ts', '// See aws/nowhere.ts, `domain/address.ts`, address.ts.'),
    ).toEqual(['domain/x.ts: names aws/nowhere.ts, which does not exist']);
    expect(missing('domain/x.ts', "const text = 'nowhere.ts';")).toEqual([]);
    expect(missing('docs/x.md', '[a](relay.md#nothing) [b](relay.md) `relay/nowhere/`')).toEqual([
      'docs/x.md: names relay/nowhere, which does not exist',
      'docs/x.md: names relay.md#nothing, which does not exist',
    ]);
  });
});

describe('README', () => {
  const readme = readText('README.md') ?? '';

  it('names every room', () => {
    expect(rooms.filter((room) => !readme.includes(`\`${room}/\``))).toEqual([]);
  });

  it('shows only rooms and files that exist', () => {
    const quoted = [...readme.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map((match) => match[1] ?? '');
    const linked = [...readme.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(
      (match) => match[1] ?? '',
    );
    const isReal = (path: string): boolean =>
      paths.includes(path) || paths.some((real) => real.startsWith(`${path.replace(/\/$/, '')}/`));

    expect([...quoted, ...linked].filter((path) => !isReal(posix.normalize(path)))).toEqual([]);
  });
});
