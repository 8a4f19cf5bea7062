// What a deployment may choose, read from CDK context (`-c name=value` or cdk.json) and checked at
// once: every mistake is reported, not only the first.

/** Choices of one deployment. */
export type StackOptions = {
  /** A trial: data is deleted with the stack. Otherwise tables and key outlive it. */
  readonly isEphemeral: boolean;
  /** Custom domains of the API that relays may send to besides its own host. */
  readonly extraAuthorities: readonly string[];
  /** Names map cells through Amazon Location; false in regions that do not have it. */
  readonly hasPlaceLabels: boolean;
  /** Makes a bucket from which newer location data is taken without a deployment. */
  readonly hasGeoUpdates: boolean;
  /** How long functions' and access logs are kept, days. */
  readonly logRetentionDays: number;
  /** Gets the alarms; absent: nobody until somebody subscribes to the topic. */
  readonly alarmEmail?: string;
  /** Where docs/runbook.md is published, for the links in alarms; absent: its path. */
  readonly runbookUrl?: string;
};

const logRetentionDaysDefault = 30;
/** What CloudWatch Logs accepts. */
const logRetentionDaysAllowed = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];
const email = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const pageUrl = /^https:\/\/[^\s#?]+$/;
const host = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/;

/**
 * Reads the options.
 * @param context value of a context name; undefined when it was not given. `-c` gives strings.
 * @throws Error that names every value that cannot be used, with what was expected.
 */
export function readStackOptions(context: (name: string) => unknown): StackOptions {
  const mistakes: string[] = [];
  const yesOrNo = (name: string, unset: 'true' | 'false'): boolean => {
    const given = String(context(name) ?? unset);
    if (!['true', 'false'].includes(given)) {
      mistakes.push(`${name} is "${given}", expected true or false`);
    }
    return given === 'true';
  };
  const isEphemeral = yesOrNo('ephemeral', 'false');
  const hasPlaceLabels = yesOrNo('placeLabels', 'true');
  const hasGeoUpdates = yesOrNo('geoUpdates', 'false');
  const extraAuthorities = String(context('authorities') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  for (const name of extraAuthorities.filter((one) => !host.test(one))) {
    mistakes.push(`authorities holds "${name}", expected host names separated by commas`);
  }
  const logRetentionDays = Number(context('logRetentionDays') ?? logRetentionDaysDefault);
  if (!logRetentionDaysAllowed.includes(logRetentionDays)) {
    const allowed = logRetentionDaysAllowed.join(', ');
    mistakes.push(`logRetentionDays is not one of ${allowed}`);
  }
  const matching = (name: string, shape: RegExp, expected: string): string | undefined => {
    const given = String(context(name) ?? '');
    if (given === '') return undefined;
    if (!shape.test(given)) mistakes.push(`${name} is "${given}", expected ${expected}`);
    return given;
  };
  const alarmEmail = matching('alarmEmail', email, 'one e-mail address');
  const runbookUrl = matching('runbookUrl', pageUrl, 'an https:// URL without # or ?');
  if (mistakes.length > 0) throw new Error(`cannot use the context:\n- ${mistakes.join('\n- ')}`);
  return {
    isEphemeral,
    extraAuthorities,
    logRetentionDays,
    hasPlaceLabels,
    hasGeoUpdates,
    ...(alarmEmail && { alarmEmail }),
    ...(runbookUrl && { runbookUrl }),
  };
}
