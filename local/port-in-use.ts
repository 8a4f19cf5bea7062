// The errors for a port that cannot be had, the commonest mistake of a local run, with the option
// that solves it.

export class PortInUseError extends Error {
  readonly code: 'PORT_IN_USE' | 'PORT_FORBIDDEN' = 'PORT_IN_USE';
  /** The command line option that chooses the port. */
  readonly option: string;
  readonly port: number;

  constructor(option: string, port: number, message = `port ${port} is in use`) {
    super(`${message}; choose another with ${option}`);
    this.name = 'PortInUseError';
    this.option = option;
    this.port = port;
  }
}

/** The system does not let this account have the port, whether it is free or not. */
export class PortForbiddenError extends PortInUseError {
  override readonly code = 'PORT_FORBIDDEN';

  constructor(option: string, port: number) {
    super(option, port, `port ${port} is forbidden to this account (most below 1024 are)`);
    this.name = 'PortForbiddenError';
  }
}

/**
 * The error for what the system said of a port.
 * @returns undefined when it is not about having the port
 */
export function portError(code: string, option: string, port: number): PortInUseError | undefined {
  if (code === 'EADDRINUSE') return new PortInUseError(option, port);
  return code === 'EACCES' ? new PortForbiddenError(option, port) : undefined;
}
