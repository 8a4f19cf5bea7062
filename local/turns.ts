// So many at once; who comes later waits, in the order of coming.

export class Turns {
  #left: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#left = count;
  }

  get isFree(): boolean {
    return this.#left > 0;
  }

  /** Resolves when there is room, which is the caller's if it begins in the same turn. */
  async free(): Promise<void> {
    while (!this.isFree) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** @returns what gives it back */
  begin(): () => void {
    this.#left -= 1;
    return () => {
      this.#left += 1;
      this.#waiting.shift()?.();
    };
  }
}
