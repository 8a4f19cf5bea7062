// Progress on a terminal is a line that is written over; elsewhere (a file, a pipe, a log) it is a
// line every few seconds, so that nobody looks at silence.

export type ProgressLine = {
  /** Shows how far it is; on a terminal at most some times a second. */
  show(text: string): void;
  /** Ends the line with its last text. */
  end(text: string): void;
};

const terminalMs = 100;
const elsewhereMs = 5_000;

/**
 * Makes the line.
 * @param now milliseconds of any clock that only goes forward
 */
export function makeProgressLine(
  out: (text: string) => void,
  isInteractive: boolean,
  now: () => number = () => performance.now(),
): ProgressLine {
  let shownAt = isInteractive ? Number.NEGATIVE_INFINITY : now();
  let width = 0;
  const over = (text: string): string => {
    const line = `\r${text.padEnd(width)}`;
    width = text.length;
    return line;
  };
  return {
    show(text) {
      if (now() - shownAt < (isInteractive ? terminalMs : elsewhereMs)) return;
      shownAt = now();
      out(isInteractive ? over(text) : `${text}\n`);
    },
    end(text) {
      out(isInteractive ? `${over(text)}\n` : `${text}\n`);
      width = 0;
    },
  };
}
