// What can be wrong with the way a deployment was typed, before any option is read: flags that npm
// or the CDK CLI keep for themselves, and then deploy something else than was meant. `npm run
// deploy -c ephemeral=true` without `--`, `-c ephemeral`, `--ephemeral`: each of them would deploy
// a production stack.

import { nearestName } from '../domain/nearest-name.ts';

/** The command line of the CDK CLI; undefined: it was started without `npm run`. */
export type CommandLine = readonly string[] | undefined;

type Environment = Readonly<Record<string, string | undefined>>;

const shape = 'flags are given as -c name=value, behind "--": npm run deploy -- -c';

/**
 * Lists the mistakes.
 * @param environment of the process: npm notes there what it took for its own
 * @param known names of options
 */
export function commandLineMistakes(
  args: CommandLine,
  environment: Environment,
  known: readonly string[],
): readonly string[] {
  return [
    ...takenByNpm(environment, known),
    ...contextOf(args ?? []).flatMap(({ text }) => assignmentMistake(text)),
    ...repeated(args ?? []),
    ...(args ?? []).flatMap((arg) => optionMistake(arg, known)),
  ];
}

function takenByNpm(environment: Environment, known: readonly string[]): readonly string[] {
  const call = environment['npm_config_call'];
  const taken = Object.keys(environment).flatMap((name) => {
    const option = /^npm_config_(.+)$/i.exec(name)?.[1];
    return option === undefined ? [] : (nearestName(option, known) ?? []);
  });
  const words = [...(call ? [call] : []), ...new Set(taken)];
  return words.map((word) => `npm took "${word}" for its own option: ${shape} ${example(word)}`);
}

const example = (word: string): string => (word.includes('=') ? word : `${word}=...`);

type Assignment = { readonly name: string; readonly value: string | undefined; text: string };

/** Every `-c x`, `-cx`, `--context x` and `--context=x`. */
function contextOf(args: readonly string[]): readonly Assignment[] {
  return args.flatMap((arg, at) => {
    const joined = /^(?:--context=|-c=?(?=.))(.*)$/s.exec(arg)?.[1];
    const isApart = arg === '-c' || arg === '--context';
    const text = isApart ? (args[at + 1] ?? '') : joined;
    if (text === undefined) return [];
    const [name = '', ...rest] = text.split('=');
    return [{ name, value: rest.length > 0 ? rest.join('=') : undefined, text }];
  });
}

function assignmentMistake(text: string): readonly string[] {
  return text.includes('=') ? [] : [`-c "${text}" has no value: -c ${text || 'name'}=...`];
}

function repeated(args: readonly string[]): readonly string[] {
  const values = new Map<string, Set<string>>();
  for (const { name, value = '' } of contextOf(args)) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return [...values]
    .filter(([, all]) => all.size > 1)
    .map(([name, all]) => `${name} is given as ${[...all].join(' and as ')}`);
}

/** The CDK CLI warns of an option that it does not know, and goes on. */
function optionMistake(arg: string, known: readonly string[]): readonly string[] {
  const [, option] = /^--(?:no-)?([\w-]+)/.exec(arg) ?? [];
  const meant = option === undefined ? undefined : nearestName(option, known);
  return meant === undefined ? [] : [`${arg} is no option of cdk: ${shape} ${meant}=...`];
}
