// What SQS, EventBridge and Secrets Manager refuse, as rules over one request: documented limits
// that emulators forget. See dynamo-rules.ts for the tables.

import type { Violation } from './dynamo-rules.ts';

const sqs = 'Amazon SQS Developer Guide, "Amazon SQS message quotas"';
const sqsApi = 'Amazon SQS API Reference';
const events = 'Amazon EventBridge API Reference, PutEvents, and "Calculating event entry size"';
const secrets = 'AWS Secrets Manager API Reference, PutSecretValue';

/** Every rule: what holds, and where AWS says so. */
export const messageRules = {
  'message-size': ['a message or batch has 1 octet to 1 MiB, attributes included', sqs],
  'message-text': ['a message holds characters of XML 1.0 only', sqs],
  'message-attributes': [
    'at most 10 attributes, named by letters, digits, _ - . and with a value that is not empty',
    `${sqs}; "Amazon SQS message metadata"`,
  ],
  'batch-entries': [
    'a batch has 1 to 10 entries, each with its own id of at most 80 letters, digits, - and _',
    `${sqs}, batched message id and message batch`,
  ],
  'receive-count': ['ReceiveMessage asks for 1 to 10 messages', `${sqsApi}, ReceiveMessage`],
  'wait-time': ['a long poll waits for 0 to 20 seconds', `${sqsApi}, ReceiveMessage`],
  'visibility-time': ['a message is hidden for 0 to 43,200 seconds', sqs],
  'delay-time': ['a message is delayed for 0 to 900 seconds', sqs],
  'event-entries': ['PutEvents takes 1 to 10 entries', events],
  'event-size': ['an event entry has at most 256 KB', events],
  'event-detail': ['the detail of an event is a JSON object', events],
  'secret-size': ['a secret has 1 to 65,536 octets', secrets],
  'secret-token': ['a ClientRequestToken has 32 to 64 characters', secrets],
} as const satisfies Record<string, readonly [says: string, source: string]>;

export type MessageRule = keyof typeof messageRules;
type Found = Violation<MessageRule>;

const messageBytesMax = 1_024 * 1_024;
const eventBytesMax = 256 * 1_024;

type Message = {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType?: string; readonly StringValue?: string }>
  >;
  readonly DelaySeconds?: number;
  readonly VisibilityTimeout?: number;
};
type Event = {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Time?: Date;
  readonly Resources?: readonly string[];
};
type Request = Message & {
  readonly Entries?: readonly (Message & Event)[];
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
  readonly SecretString?: string;
  readonly ClientRequestToken?: string;
};

/** Judges one request as the SDK's command takes it. Commands without rules break none. */
export function messageViolations(command: string, input: object): Found[] {
  const request = input as Request;
  const entries = request.Entries ?? [];
  switch (command) {
    case 'SendMessageCommand':
      return message(request);
    case 'SendMessageBatchCommand':
      return [
        ...batch(entries),
        ...entries.flatMap(message),
        ...sized(entries.reduce((sum, entry) => sum + messageBytes(entry), 0)),
      ];
    case 'DeleteMessageBatchCommand':
      return batch(entries);
    case 'ChangeMessageVisibilityBatchCommand':
      return [...batch(entries), ...entries.flatMap(times)];
    case 'ChangeMessageVisibilityCommand':
      return times(request);
    case 'ReceiveMessageCommand':
      return [
        ...times(request),
        ...within('receive-count', request.MaxNumberOfMessages, 1, 10),
        ...within('wait-time', request.WaitTimeSeconds, 0, 20),
      ];
    case 'PutEventsCommand':
      return [...within('event-entries', entries.length, 1, 10), ...entries.flatMap(event)];
    case 'PutSecretValueCommand':
      return secret(request);
    default:
      return [];
  }
}

const when = (isBroken: boolean, rule: MessageRule, detail: string): Found[] =>
  isBroken ? [{ rule, detail }] : [];

const within = (rule: MessageRule, value: number | undefined, min: number, max: number): Found[] =>
  when(value !== undefined && !(value >= min && value <= max), rule, `${value}`);

const sized = (bytes: number): Found[] => within('message-size', bytes, 1, messageBytesMax);

const times = ({ DelaySeconds, VisibilityTimeout }: Message): Found[] => [
  ...within('delay-time', DelaySeconds, 0, 900),
  ...within('visibility-time', VisibilityTimeout, 0, 43_200),
];

function messageBytes({ MessageBody = '', MessageAttributes = {} }: Message): number {
  const attributes = Object.entries(MessageAttributes).flatMap(([name, one]) => [
    name,
    one.DataType ?? '',
    one.StringValue ?? '',
  ]);
  return [MessageBody, ...attributes].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** Characters that a message may hold; unpaired surrogates are none of them. */
const xmlText = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
const attributeName = /^(?!aws\.|amazon\.)[\w-]+(?:\.[\w-]+)*$/i;

function message(one: Message): Found[] {
  const attributes = Object.entries(one.MessageAttributes ?? {});
  const improper = attributes.filter(
    ([name, { DataType, StringValue }]) =>
      !attributeName.test(name) || name.length > 256 || !DataType || StringValue === '',
  );
  const isImproper = attributes.length > 10 || improper.length > 0;
  return [
    ...sized(one.MessageBody ? messageBytes(one) : 0),
    ...when(!xmlText.test(one.MessageBody ?? ''), 'message-text', 'a character outside XML 1.0'),
    ...when(isImproper, 'message-attributes', improper.map(([name]) => name).join()),
    ...times(one),
  ];
}

function batch(entries: readonly Message[]): Found[] {
  const ids = entries.map(({ Id }) => Id ?? '');
  const isProper = ids.every((id) => /^[\w-]{1,80}$/.test(id)) && new Set(ids).size === ids.length;
  const isCount = ids.length >= 1 && ids.length <= 10;
  return when(!isProper || !isCount, 'batch-entries', `${ids.length}: ${ids.join().slice(0, 80)}`);
}

function event(entry: Event): Found[] {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return [
    ...when(bytes + (entry.Time ? 14 : 0) > eventBytesMax, 'event-size', `${bytes} octets`),
    ...when(!isObject(entry.Detail), 'event-detail', (entry.Detail ?? '').slice(0, 80)),
  ];
}

function isObject(text: string | undefined): boolean {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function secret({ SecretString: text, ClientRequestToken: token }: Request): Found[] {
  return [
    ...within('secret-size', Buffer.byteLength(text ?? ''), 1, 65_536),
    ...within('secret-token', token?.length, 32, 64),
  ];
}
