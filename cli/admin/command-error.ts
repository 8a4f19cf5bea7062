// A mistake of whoever typed the command, or a no of the other side, to be printed as it is.

/** EX_USAGE of sysexits.h: wrong command line. */
export const usageExitCode = 64;
/** The other side said no. */
export const refusedExitCode = 1;

export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = usageExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}
