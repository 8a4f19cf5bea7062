// The pages against what they speak of: links lead somewhere, alarms to a paragraph that exists,
// problems and context flags are the code's. A page that is wrong at 3 a.m. is worse than none.

import { posix } from 'node:path';
import { problems } from '../../lambdas/shared/problem.ts';
import { readStackOptions } from '../../lib/stack-options.ts';
import { ofType, synthesize } from '../lib/synthesized.ts';
import { paths, readText, textFiles } from './repository.ts';

const pages = textFiles.filter(({ path }) => path.endsWith('.md'));
const textOf = (path: string): string => readText(path) ?? '';

/** Text without code blocks and code spans: what stands there is no link and no heading. */
const prose = (text: string): string =>
  text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, (code) => code.slice(1, -1));

/** How GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const headingsOf = (path: string, level = '#{1,6}'): string[] =>
  [...prose(textOf(path)).matchAll(new RegExp(`^${level} (.+)$`, 'gm'))].map((match) =>
    anchorOf(match[1] ?? ''),
  );

const isFile = (path: string): boolean =>
  paths.includes(path) || paths.some((one) => one.startsWith(`${path.replace(/\/$/, '')}/`));

/** Links of a page that lead nowhere. */
function brokenLinks(path: string, text: string): string[] {
  const withoutCode = text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, '');
  const links = [...withoutCode.matchAll(/\]\((?![a-z]+:)([^)\s]+)[^)]*\)/g)];
  return links.flatMap(([, link = '']) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
    if (!isFile(target)) return [`${path}: ${link}`];
    const isLost = anchor !== undefined && !headingsOf(target).includes(anchor);
    return isLost ? [`${path}: ${link}`] : [];
  });
}

describe('links between pages', () => {
  it('lead to files and headings that exist', () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.flatMap(({ path, text }) => brokenLinks(path, text))).toEqual([]);
  });

  it('are seen to be broken when file or heading is missing', () => {
    const text = 'see [a](no-such-page.md) and [b](runbook.md#no-such-heading), `[c](code.md)`\n';

    expect(brokenLinks('docs/x.md', text)).toEqual([
      'docs/x.md: no-such-page.md',
      'docs/x.md: runbook.md#no-such-heading',
    ]);
  });
});

describe('docs/runbook.md', () => {
  const alarms = ofType(
    synthesize({ detectionEmail: 'soc@example.com' }),
    'AWS::CloudWatch::Alarm',
  ).map(([, one]) => one.Properties);
  const target = /docs\/runbook\.md#([\w-]+)$/;
  const linked = new Set(
    alarms.map(({ AlarmDescription }) => target.exec(AlarmDescription)?.[1] ?? AlarmDescription),
  );

  it('has a heading for every alarm, and every alarm links to one', () => {
    const headings = headingsOf('docs/runbook.md', '##');

    expect(alarms.length).toBeGreaterThan(10);
    expect([...linked].filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  it('has no heading for an alarm that does not exist', () => {
    const doctor = 'on-the-relay-what-doctor-says';
    const others = ['names-for-the-commands-below', 'events-of-relays', 'not-yet', doctor];
    const headings = headingsOf('docs/runbook.md', '##').filter((one) => !others.includes(one));

    expect(headings.sort()).toEqual([...linked].sort());
  });

  it('says under each alarm what it means, what to look at, what to do, when not to worry', () => {
    const sections = textOf('docs/runbook.md').split(/^## /m).slice(1);
    const told = sections.filter((text) => linked.has(anchorOf(text.split('\n')[0] ?? '')));

    expect(told).toHaveLength(linked.size);
    for (const text of told) {
      for (const part of ['Meaning.', 'Check.', 'Fix', 'Not to worry']) {
        expect(text).toContain(`- **${part}`);
      }
    }
  });

  it('names alarms as they are called', () => {
    const names = new Set(alarms.map((one) => String(one.AlarmName).replace('Wherefrom-', '')));
    const functions = ['admit', 'process', 'locate', 'query', 'control', 'label', 'sweep'];
    const said = [...textOf('docs/runbook.md').matchAll(/^`<stack>-([^`]+)`/gm)].flatMap(
      ([, name = '']) =>
        name.startsWith('<function>')
          ? functions.map((one) => name.replace('<function>', one))
          : [name],
    );

    expect(said.sort()).toEqual([...names].sort());
  });
});

describe('docs/problems.md', () => {
  it('lists exactly the problems of the code, with status and title', () => {
    const rows = [
      ...textOf('docs/problems.md').matchAll(/^\| `([\w-]+)` \| (\d+) \| ([^|]+) \|/gm),
    ];
    const written = rows.map(([, code, status, title]) => [code, Number(status), title]);
    const coded = Object.entries(problems).map(([code, one]) => [code, one.status, one.title]);

    expect(written.sort()).toEqual(coded.sort());
  });
});

describe('docs/deploy.md', () => {
  it('lists exactly the context flags that the stack reads', () => {
    const read = new Set<string>();
    readStackOptions((name) => {
      read.add(name);
      return undefined;
    });
    const rows = [...textOf('docs/deploy.md').matchAll(/^\| `(\w+)` \| [^|]+ \| /gm)];

    expect(rows.map(([, name]) => name).sort()).toEqual([...read].sort());
  });

  it('types only npm scripts that exist', () => {
    const scripts = Object.keys(JSON.parse(textOf('package.json')).scripts);
    const texts = ['deploy', 'runbook', 'scale', 'threat-model', 'problems'].map((name) =>
      textOf(`docs/${name}.md`),
    );
    const typed = [...texts.join('\n').matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]);

    expect(typed.length).toBeGreaterThan(10);
    expect(typed.filter((name) => !scripts.includes(name ?? ''))).toEqual([]);
  });

  it('names outputs and logical ids that the stack has', () => {
    const { outputs, resources } = synthesize();
    const text = `${textOf('docs/deploy.md')}\n${textOf('docs/runbook.md')}`;
    const called = [...text.matchAll(/\(of (AWS::\w+::\w+) (\w+)\)/g)];
    const isThere = ([, type, id]: RegExpMatchArray): boolean =>
      Object.entries(resources).filter(
        ([logicalId, one]) => one.Type === type && logicalId.startsWith(id ?? ' '),
      ).length === 1;

    expect(called.length).toBeGreaterThan(5);
    expect(called.filter((one) => !isThere(one)).map((one) => one[0])).toEqual([]);
    for (const name of ['Endpoint', 'Step1AddRelay', 'AlarmsBySubscription', 'DeadLetters']) {
      expect(Object.keys(outputs)).toContain(name);
      expect(text).toContain(name);
    }
  });
});
