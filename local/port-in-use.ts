// The error for a port that is in use, the commonest mistake of a local run, with the option that
// solves it.

export class PortInUseError extends Error {
  readonly code = 'PORT_IN_USE';
  /** The command line option that chooses the port. */
  readonly option: string;
  readonly port: number;

  constructor(option: string, port: number) {
    super(`port ${port} is in use; choose another with ${option}`);
    this.name = 'PortInUseError';
    this.option = option;
    this.port = port;
  }
}
