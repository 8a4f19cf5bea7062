// Finds any part of a name among all that are known, in memory: 100,000 names take milliseconds.
// Case, composition and marks make no difference (`Zoë` is found by `zoe`). Pure.

import { lookOf } from '../look-alike.ts';
import { foldText } from '../user-name.ts';
import { type KnownName, type NameKind, nameKinds } from './known-names.ts';

/** What was found of one kind: the best ones, and how many there are. */
export type FoundNames = {
  readonly kind: NameKind;
  readonly total: number;
  readonly names: readonly KnownName[];
};

/** A name, and what is looked through for it. */
type Prepared = { readonly name: KnownName; readonly text: string };

/** Text as it is compared: folded and without marks. */
export const comparedText = (text: string): string => lookOf(foldText(text));

/** Texts of names that stand for longer than an index does: 100,000 take half a second. */
const texts = new WeakMap<KnownName, string>();

function textOf(name: KnownName): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const text = comparedText(name.label === '' ? name.key : `${name.key}\n${name.label}`);
  texts.set(name, text);
  return text;
}

const wordCharacter = /[\p{L}\p{N}]/u;

export class NameIndex {
  readonly #kinds: ReadonlyMap<NameKind, readonly Prepared[]>;

  /** @param names in the order in which equally good ones are answered */
  constructor(names: readonly KnownName[]) {
    const kinds = new Map<NameKind, Prepared[]>(nameKinds.map((kind) => [kind, []]));
    for (const name of names) {
      kinds.get(name.kind)?.push({ name, text: textOf(name) });
    }
    this.#kinds = kinds;
  }

  /** Names of a kind that hold the text, in the order in which they were given. */
  all(kind: NameKind, text = ''): readonly KnownName[] {
    const part = comparedText(text);
    const known = this.#kinds.get(kind) ?? [];
    const found = part === '' ? known : known.filter((one) => one.text.includes(part));
    return found.map(({ name }) => name);
  }

  /** How many names of a kind are known. */
  count(kind: NameKind): number {
    return this.#kinds.get(kind)?.length ?? 0;
  }

  /**
   * Names that hold the text: first one that is it, then those that begin with it, those of which a
   * word begins with it, and the others.
   * @param most how many are answered of each kind; all are counted
   */
  find(text: string, most: number): readonly FoundNames[] {
    const part = comparedText(text);
    return nameKinds.map((kind) => {
      const ranks: KnownName[][] = [[], [], [], []];
      let total = 0;
      for (const one of part === '' ? [] : (this.#kinds.get(kind) ?? [])) {
        const at = one.text.indexOf(part);
        if (at < 0) continue;
        total += 1;
        const rank = ranks[rankOf(one.text, part, at)];
        if (rank && rank.length < most) rank.push(one.name);
      }
      return { kind, total, names: ranks.flat().slice(0, most) };
    });
  }
}

/** 0: it is the key or the label; 1: one of both begins so; 2: a word does; 3: it is in it. */
function rankOf(text: string, part: string, first: number): 0 | 1 | 2 | 3 {
  if (text === part || text.startsWith(`${part}\n`) || text.endsWith(`\n${part}`)) return 0;
  if (first === 0 || text.includes(`\n${part}`)) return 1;
  // Beyond the first place the rank matters little: a name holds its words near the beginning.
  return wordCharacter.test(text.charAt(first - 1)) ? 3 : 2;
}
