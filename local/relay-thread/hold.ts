// A gate that is shut while nobody may go on, and opened for all who wait.

export class Hold {
  #end: (() => void) | undefined;
  /** Resolves when nothing is held. */
  over: Promise<void> = Promise.resolve();

  set(isHeld: boolean): void {
    if (isHeld === (this.#end !== undefined)) return;
    this.#end?.();
    this.#end = undefined;
    if (!isHeld) return;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }
}
