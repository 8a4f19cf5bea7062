// The options of a deployment, read from CDK context (`-c name=value` or cdk.json) or from
// wherefrom.json, and validated together: every mistake is reported, not only the first.

import type { RetentionEnv } from '../lambdas/shared/env.ts';
import { OptionReader } from './option-reader.ts';

/** Choices of one deployment. */
export type StackOptions = {
  /** A trial: data is deleted with the stack. Otherwise tables and key outlive it. */
  readonly isEphemeral: boolean;
  /** Custom domains of the API that relays may send to besides its own host. */
  readonly extraAuthorities: readonly string[];
  /** What names map cells. */
  readonly placeLabels: PlaceService;
  /** Makes a bucket from which newer location data is taken without a deployment. */
  readonly hasGeoUpdates: boolean;
  /** Serves the console through CloudFront. */
  readonly hasConsole: boolean;
  /** Makes a client of the user pool for machines, which Cognito bills. */
  readonly hasMachineClient: boolean;
  /** How long functions' and access logs are kept, days. */
  readonly logRetentionDays: number;
  /** How long sessions and detections are kept, days. */
  readonly sessionDays: number;
  readonly detectionDays: number;
  /** Gets the alarms; absent: no address until one subscribes to the topic. */
  readonly alarmEmail?: string;
  /** Gets detections of medium and high severity; absent: no mail. */
  readonly detectionEmail?: string;
  /** Where docs/runbook.md is published, for the links in alarms; absent: its path. */
  readonly runbookUrl?: string;
  /** The organisation's own tokens; absent: a user pool is made. */
  readonly ownIssuer?: OwnIssuer;
  readonly health: HealthOptions;
};

/**
 * - `places-v2`: Amazon Location Places v2, which needs nothing in the account
 * - `place-index`: a place index of Amazon Location (v1), made by the stack
 * - `off`: the location data's own names
 */
export type PlaceService = (typeof placeServices)[number];
const placeServices = ['places-v2', 'place-index', 'off'] as const;
/** What the flag took before there were three. */
const placeServicesBefore = { true: 'place-index', false: 'off' } as const;

/** Retention of rows about users, days. */
export type RetentionOptions = Pick<StackOptions, 'sessionDays' | 'detectionDays'>;

/** As functions receive it. */
export function retentionEnv({ sessionDays, detectionDays }: RetentionOptions): RetentionEnv {
  return { SESSION_DAYS: String(sessionDays), DETECTION_DAYS: String(detectionDays) };
}

export type OwnIssuer = {
  /** As in `iss`; its `/.well-known/openid-configuration` must be reachable for API Gateway. */
  readonly issuer: string;
  readonly audience: readonly string[];
  /** The claim that lists `analyst`, `responder` or `admin`. */
  readonly groupsClaim: string;
};

export type HealthOptions = {
  /** Minutes without a word until a relay that reports every minute is silent. */
  readonly silentMinutes: number;
  /** Minutes that records may be missing before they are a gap. */
  readonly gapMinutes: number;
  /** Days until location data is old. */
  readonly geoDataDays: number;
};

/** What CloudWatch Logs accepts. */
const logRetentionDaysAllowed = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];
const email = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const pageUrl = /^https:\/\/[^\s#?]+$/;
const host = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/;
const word = /^[^\s,]+$/;
const claim = /^[\w:./-]{1,128}$/;

/**
 * Reads the options.
 * @param context value of a context name; undefined when it was not given. `-c` gives strings.
 * @param given names that were set in a place of ours, where an unknown one is a mistake
 * @param mistakes what is wrong with the command line itself
 * @throws OptionsError that names every value that cannot be used, with what was expected.
 */
export function readStackOptions(
  context: (name: string) => unknown,
  given: readonly string[] = [],
  mistakes: readonly string[] = [],
): StackOptions {
  const read = new OptionReader(context);
  for (const mistake of mistakes) read.complain(mistake);
  const options = readAll(read);
  read.refuse(given);
  return options;
}

/** Names of all options, sorted. */
export function stackOptionNames(): readonly string[] {
  const read = new OptionReader(() => undefined);
  readAll(read);
  return read.names;
}

/**
 * Which names of CDK's context are options of ours, or mean to be: CDK's own have a colon, slash or
 * at-sign in them, but for two that its CLI writes into cdk.context.json.
 */
export function optionNamesIn(context: Readonly<Record<string, unknown>>): readonly string[] {
  const ofCli = ['acknowledged-issue-numbers', 'cli-telemetry'];
  return Object.keys(context).filter((name) => !(/[:/@]/.test(name) || ofCli.includes(name)));
}

function readAll(read: OptionReader): StackOptions {
  const ownIssuer = readIssuer(read);
  const options = {
    isEphemeral: read.yesOrNo('ephemeral', false),
    placeLabels: read.choice('placeLabels', placeServices, 'places-v2', placeServicesBefore),
    hasGeoUpdates: read.yesOrNo('geoUpdates', false),
    // People sign in to it at the user pool of the stack.
    hasConsole: read.yesOrNo('console', ownIssuer === undefined),
    hasMachineClient: read.yesOrNo('machineClient', false),
    extraAuthorities: read
      .list('authorities', host, 'host names separated by commas')
      .map((name) => name.toLowerCase()),
    logRetentionDays: read.oneOf('logRetentionDays', logRetentionDaysAllowed, 30),
    sessionDays: read.whole('sessionDays', { min: 30, max: 3_650, unset: 180 }),
    detectionDays: read.whole('detectionDays', { min: 30, max: 3_650, unset: 400 }),
    health: {
      silentMinutes: read.whole('relaySilentMinutes', { min: 5, max: 10_080, unset: 15 }),
      gapMinutes: read.whole('ledgerGapMinutes', { min: 15, max: 10_080, unset: 90 }),
      geoDataDays: read.whole('geoDataDays', { min: 1, max: 3_650, unset: 180 }),
    },
  };
  const alarmEmail = read.text('alarmEmail', email, 'one e-mail address');
  const detectionEmail = read.text('detectionEmail', email, 'one e-mail address');
  const runbookUrl = read.text('runbookUrl', pageUrl, 'an https:// URL without # or ?');
  for (const [name, has] of [
    ['console', options.hasConsole],
    ['machineClient', options.hasMachineClient],
  ] as const) {
    if (!(has && ownIssuer)) continue;
    read.complain(`${name} goes with the user pool of the stack: leave out issuer, or ${name}`);
  }
  return {
    ...options,
    ...(alarmEmail && { alarmEmail }),
    ...(detectionEmail && { detectionEmail }),
    ...(runbookUrl && { runbookUrl }),
    ...(ownIssuer && { ownIssuer }),
  };
}

function readIssuer(read: OptionReader): OwnIssuer | undefined {
  const issuer = read.text('issuer', pageUrl, 'an https:// URL without # or ?');
  const audience = read.list('audience', word, 'client ids separated by commas');
  const groupsClaim = read.text('groupsClaim', claim, 'the name of a claim') ?? 'groups';
  if (issuer === undefined && audience.length > 0) {
    read.complain('audience is given without issuer: both or neither');
  }
  if (issuer === undefined) return undefined;
  if (audience.length === 0) {
    read.complain('issuer is given without audience: any of its tokens would open the API');
  }
  return { issuer, audience, groupsClaim };
}
