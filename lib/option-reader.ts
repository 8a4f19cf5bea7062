// Reads values of CDK context one by one and collects every mistake, so that all of them can be
// corrected at once. It knows no option by name.

import { nearestName } from '../domain/nearest-name.ts';

/** Options of a deployment that cannot be used; the message is for the person who typed them. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

export class OptionReader {
  private readonly context: (name: string) => unknown;
  private readonly mistakes: string[] = [];
  private readonly known = new Set<string>();

  constructor(context: (name: string) => unknown) {
    this.context = context;
  }

  /** Notes a mistake of another kind. */
  complain(mistake: string): void {
    this.mistakes.push(mistake);
  }

  yesOrNo(name: string, unset: boolean): boolean {
    const given = this.given(name) ?? String(unset);
    this.check(['true', 'false'].includes(given), name, given, 'true or false');
    return given === 'true';
  }

  text(name: string, shape: RegExp, expected: string): string | undefined {
    const given = this.given(name);
    if (given !== undefined) this.check(shape.test(given), name, given, expected);
    return given;
  }

  list(name: string, shape: RegExp, expected: string): readonly string[] {
    const entries = (this.given(name) ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
    for (const entry of entries) this.check(shape.test(entry), name, entry, expected);
    return entries;
  }

  oneOf(name: string, allowed: readonly number[], unset: number): number {
    const given = this.given(name) ?? String(unset);
    this.check(allowed.includes(Number(given)), name, given, `one of ${allowed.join(', ')}`);
    return Number(given);
  }

  /** One of a few words; `before` maps what an older version took. */
  choice<Word extends string>(
    name: string,
    allowed: readonly Word[],
    unset: Word,
    before: Readonly<Record<string, Word>> = {},
  ): Word {
    const given = this.given(name) ?? unset;
    const meant = Object.hasOwn(before, given) ? before[given] : given;
    const word = allowed.find((one) => one === meant);
    this.check(word !== undefined, name, given, `one of ${allowed.join(', ')}`);
    return word ?? unset;
  }

  /** A whole number from `min` to `max`. */
  whole(
    name: string,
    { min, max, unset }: { readonly min: number; readonly max: number; readonly unset: number },
  ): number {
    const given = this.given(name) ?? String(unset);
    const value = Number(given);
    const isGood = /^\d+$/.test(given) && value >= min && value <= max;
    this.check(isGood, name, given, `a whole number from ${min} to ${max}`);
    return value;
  }

  /**
   * Ends the reading.
   * @param given names that somebody has set; those that nothing asked for are mistakes
   * @throws OptionsError that lists every mistake, if there are any
   */
  refuse(given: readonly string[]): void {
    const { names } = this;
    for (const name of given.filter((one) => !this.known.has(one))) {
      const near = nearestName(name, names);
      const hint = near === undefined ? '' : `did you mean ${near}? `;
      this.complain(`there is no option "${name}"; ${hint}there are: ${names.join(', ')}`);
    }
    if (this.mistakes.length === 0) return;
    throw new OptionsError(`cannot deploy so:\n- ${this.mistakes.join('\n- ')}`);
  }

  /** Every name that was asked for, sorted. */
  get names(): readonly string[] {
    return [...this.known].sort();
  }

  private given(name: string): string | undefined {
    this.known.add(name);
    const value = this.context(name);
    // An unset variable of a shell: the default would be used without a word.
    if (value === '') this.complain(`${name} is empty: leave it out, or give it a value`);
    return value === undefined || value === null || value === '' ? undefined : String(value);
  }

  private check(isGood: boolean, name: string, given: string, expected: string): void {
    if (!isGood) this.complain(`${name} is "${given}", expected ${expected}`);
  }
}
