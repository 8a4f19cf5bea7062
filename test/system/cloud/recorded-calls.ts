// Deeds against rights: every call that a deployed function made is held to the policies that the
// template gives its role, by action, table, leading key and event source. The emulator enforces
// roles too; this reads the template by itself, so that neither has to be right alone.

import { readFileSync } from 'node:fs';
import type { Resources, Template } from './deployment.ts';

/** One line of the file that shims/functions.cjs writes. */
type Call = {
  /** Name of the function. */
  readonly caller: string;
  /** As in the scope of its signature. */
  readonly service: string;
  readonly path: string;
  /** X-Amz-Target, where the service has one. */
  readonly target?: string;
  readonly body: string;
  readonly status: number;
};

/** What IAM is asked for a call, once for each thing that it touches. */
type Deed = {
  readonly action: string;
  /** The last part of the resource's ARN. */
  readonly resource: string;
  /** `dynamodb:LeadingKeys` */
  readonly partitions?: readonly string[];
  /** `events:source` */
  readonly source?: string;
};

type Statement = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly likes?: readonly string[];
  readonly source?: string;
};

export type Verdict = {
  readonly calls: number;
  readonly allowed: number;
  /** Calls that the policies of at least one other function would refuse. */
  readonly refusedElsewhere: number;
  /** A call in words, for each that the policies refuse. */
  readonly refused: readonly string[];
  /** Calls by service. */
  readonly byService: ReadonlyMap<string, number>;
};

type Item = Readonly<Record<string, { readonly S?: string }>>;
type TableBody = {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Readonly<Record<string, Batch>>;
};
type Batch =
  | { readonly Keys: readonly Item[] }
  | readonly { readonly PutRequest?: { Item: Item }; readonly DeleteRequest?: { Key: Item } }[];

/** The last part of an ARN, a URL or a name. */
const lastPart = (text: string): string => text.split(/[/:]/).at(-1) ?? '';

function tableDeeds(action: string, body: TableBody): Deed[] {
  if (body.RequestItems) {
    return Object.entries(body.RequestItems).map(([table, batch]) => {
      const items =
        'Keys' in batch
          ? batch.Keys
          : batch.map((one) => one.PutRequest?.Item ?? one.DeleteRequest?.Key ?? {});
      return { action, resource: table, partitions: items.map((item) => item['pk']?.S ?? '') };
    });
  }
  const value = /pk = (:\w+)/.exec(body.KeyConditionExpression ?? '')?.[1];
  const partitions = [
    ...[body.Key, body.Item].flatMap((item) => (item ? [item['pk']?.S ?? ''] : [])),
    ...(value ? [body.ExpressionAttributeValues?.[value]?.S ?? ''] : []),
  ];
  return [{ action, resource: body.TableName ?? '', partitions }];
}

function deedsOf({ service, path, target, body }: Call): Deed[] {
  const action = `${service}:${target?.split('.')[1] ?? ''}`;
  if (service === 'dynamodb') return tableDeeds(action, JSON.parse(body));
  if (service === 'sqs') return [{ action, resource: lastPart(JSON.parse(body).QueueUrl) }];
  if (service === 'secretsmanager') {
    return [{ action, resource: lastPart(JSON.parse(body).SecretId) }];
  }
  if (service === 'events') {
    const entries: { EventBusName?: string; Source: string }[] = JSON.parse(body).Entries;
    return entries.map(({ EventBusName = 'default', Source }) => ({
      action,
      resource: lastPart(EventBusName),
      source: Source,
    }));
  }
  const invoked = /\/functions\/([^/]+)\/invocations/.exec(path)?.[1];
  if (invoked) {
    return [{ action: 'lambda:InvokeFunction', resource: lastPart(decodeURIComponent(invoked)) }];
  }
  if (path.startsWith('/v2/reverse-geocode')) {
    return [{ action: 'geo-places:ReverseGeocode', resource: 'default' }];
  }
  return [{ action: `${service}:${path}`, resource: '' }];
}

const knownConditions = ['ForAllValues:StringLike', 'StringEquals'];

/** Statements by name of the function. */
function statementsOf(template: Template, resources: Resources): Map<string, Statement[]> {
  const ofType = (type: string) =>
    Object.entries(template.Resources).filter(([, one]) => one.Type === type);
  const nameOf = (value: ReturnType<typeof JSON.parse>): string => {
    if (typeof value === 'string') return lastPart(value);
    const logicalId = value.Ref ?? value['Fn::GetAtt']?.[0];
    if (logicalId) return lastPart(resources.get(logicalId)?.id ?? logicalId);
    const last = value['Fn::Join']?.[1]?.at(-1);
    return typeof last === 'string' ? lastPart(last) : '?';
  };
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
  const functions = ofType('AWS::Lambda::Function').map(([logicalId, { Properties }]) => {
    const role = Properties.Role['Fn::GetAtt'][0];
    const statements = ofType('AWS::IAM::Policy')
      .filter(([, one]) => one.Properties.Roles.some((of: { Ref: string }) => of.Ref === role))
      .flatMap(([, one]) => one.Properties.PolicyDocument.Statement)
      .map((one): Statement => {
        const strange = Object.keys(one.Condition ?? {}).filter(
          (name) => !knownConditions.includes(name),
        );
        if (strange.length > 0) throw new Error(`a policy has the condition ${strange}`);
        const likes = one.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
        const source = one.Condition?.StringEquals?.['events:source'];
        return {
          actions: list(one.Action) as string[],
          resources: list(one.Resource).map(nameOf),
          ...(likes && { likes: list(likes) as string[] }),
          ...(source && { source }),
        };
      });
    return [resources.get(logicalId)?.id ?? logicalId, statements] as const;
  });
  return new Map(functions);
}

function isLike(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  return rest.length === 0 ? head === text : text.startsWith(head);
}

const allows = (statement: Statement, deed: Deed): boolean =>
  statement.actions.includes(deed.action) &&
  statement.resources.includes(deed.resource) &&
  (statement.likes === undefined ||
    (deed.partitions ?? []).every((key) => statement.likes?.some((like) => isLike(like, key)))) &&
  (statement.source === undefined || statement.source === deed.source);

const mayDo = (statements: readonly Statement[], deeds: readonly Deed[]): boolean =>
  deeds.every((deed) => statements.some((one) => allows(one, deed)));

/** Judges what was recorded. @param file one call a line */
export function judgeCalls(file: string, template: Template, resources: Resources): Verdict {
  const rights = statementsOf(template, resources);
  const calls = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): Call => JSON.parse(line))
    .filter(({ caller }) => rights.has(caller));
  const refused: string[] = [];
  const byService = new Map<string, number>();
  let refusedElsewhere = 0;
  for (const call of calls) {
    byService.set(call.service, (byService.get(call.service) ?? 0) + 1);
    const deeds = deedsOf(call);
    if (!mayDo(rights.get(call.caller) ?? [], deeds)) {
      refused.push(`${call.caller}: ${JSON.stringify(deeds)}`);
    }
    const others = [...rights].filter(([name]) => name !== call.caller);
    if (others.some(([, statements]) => !mayDo(statements, deeds))) refusedElsewhere += 1;
  }
  const allowed = calls.length - refused.length;
  return { calls: calls.length, allowed, refusedElsewhere, refused, byService };
}
