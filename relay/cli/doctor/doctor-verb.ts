// `doctor`: checks everything that can keep a relay from working, and says what to do.
// Promise: it changes nothing and ships nothing; every finding has a code, evidence and, unless all
// is well, advice. Exit code 0: all well. 1: something fails. 2: warnings only.

import { errorText } from '../../errors.ts';
import type { Verb, VerbIo } from '../command-line.ts';
import type { Check, CheckResult, Finding, Surroundings } from './check.ts';
import { doctorChecks } from './checks.ts';
import { lookAround } from './surroundings.ts';

const failedExitCode = 1;
const warnedExitCode = 2;

const marks: Readonly<Record<CheckResult, string>> = {
  pass: 'ok  ',
  skip: '-   ',
  warn: 'WARN',
  fail: 'FAIL',
};

const countWords: Readonly<Record<CheckResult, string>> = {
  fail: 'failed',
  warn: 'warnings',
  pass: 'well',
  skip: 'skipped',
};

export const doctorVerb: Verb = {
  summary: 'what is wrong and what to do; exit code 0 all well, 1 failures, 2 only warnings',
  help: `
Changes nothing. It reads the configuration, asks the running relay, looks at ports, disk and
journal, and walks the way to the cloud up to a sealed request that ships nothing.
Each code has a paragraph in docs/runbook.md.
Example: npm run relay -- doctor --config /etc/wherefrom/relay.json
`,
  async run({ config: file, json }, io) {
    const findings = await examine(await lookAround(file, io));
    io.stdout(json ? `${JSON.stringify(reportOf(findings))}\n` : findingsText(findings, io));
    return exitCodeOf(findings);
  },
};

/** All findings of all checks, in their order. A check that throws has failed. */
export async function examine(
  surroundings: Surroundings,
  checks: readonly Check[] = doctorChecks,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const check of checks) {
    for (const result of await resultsOf(check, surroundings))
      found.push({ code: check.code, ...result });
  }
  return found;
}

async function resultsOf(
  check: Check,
  surroundings: Surroundings,
): Promise<readonly Omit<Finding, 'code'>[]> {
  try {
    return await check.run(surroundings);
  } catch (error) {
    const evidence = `this check itself failed: ${errorText(error)}`;
    return [{ result: 'fail', evidence, advice: 'report it with `support`' }];
  }
}

function worstOf(findings: readonly Finding[]): CheckResult {
  const results = findings.map(({ result }) => result);
  if (results.includes('fail')) return 'fail';
  return results.includes('warn') ? 'warn' : 'pass';
}

export function reportOf(findings: readonly Finding[]): object {
  return { result: worstOf(findings), findings };
}

function exitCodeOf(findings: readonly Finding[]): number {
  const worst = worstOf(findings);
  if (worst === 'fail') return failedExitCode;
  return worst === 'warn' ? warnedExitCode : 0;
}

/** Colours on a terminal only. */
function findingsText(findings: readonly Finding[], { isTerminal, env }: VerbIo): string {
  const isColoured = isTerminal && !env['NO_COLOR'];
  const colours: Partial<Record<CheckResult, string>> = { warn: '\x1b[33m', fail: '\x1b[31m' };
  const width = Math.max(...doctorChecks.map(({ code }) => code.length));
  const lines = findings.map(({ code, result, subject, evidence, advice }) => {
    const colour = isColoured ? colours[result] : undefined;
    const mark = colour ? `${colour}${marks[result]}\x1b[0m` : marks[result];
    const about = subject && !evidence.includes(subject) ? `${subject}: ` : '';
    const first = `${mark}  ${code.padEnd(width)}  ${about}${evidence}`;
    return advice ? `${first}\n${indented(advice, width + 8)}` : first;
  });
  const counts = (['fail', 'warn', 'pass', 'skip'] as const).map((result) => {
    const many = findings.filter((one) => one.result === result).length;
    return `${many} ${countWords[result]}`;
  });
  return `${[...lines, '', counts.join(', ')].join('\n')}\n`;
}

function indented(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line, i) => `${' '.repeat(columns)}${i === 0 ? '-> ' : '   '}${line}`)
    .join('\n');
}
