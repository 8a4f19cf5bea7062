// Detections by mail: only when asked for, only those worth a mail, readable without a page.

import { detectionSource } from '../../../lambdas/siem/publish.ts';
import { detectionSource as sourceInStack } from '../../../lib/event-bus.ts';
import { ofType, synthesize, theOne } from '../../lib/synthesized.ts';

it('sends mail only where an address was given', () => {
  expect(ofType(synthesize(), 'AWS::Events::Rule')).toEqual([]);
});

it('sends medium and high ones that are new, as a sentence with its reasons', () => {
  const stack = synthesize({ detectionEmail: 'soc@example.com' });
  const [rule] = ofType(stack, 'AWS::Events::Rule').map(([, one]) => one.Properties);
  const endpoints = ofType(stack, 'AWS::SNS::Subscription').map(
    ([, one]) => one.Properties.Endpoint,
  );

  expect(rule.EventPattern).toMatchObject({
    source: ['wherefrom.detections'],
    detail: { severity_id: [{ numeric: ['>=', 3] }], status: ['New'] },
  });
  const [target] = rule.Targets;
  expect(JSON.stringify(target.InputTransformer)).toContain('$.detail.finding_info.desc');
  expect(endpoints).toContain('soc@example.com');
});

it('listens to what the functions send', () => {
  expect(sourceInStack).toBe(detectionSource);
});

it('gives EventBridge the key of its topic without a condition, which AWS does not support', () => {
  const stack = synthesize({ detectionEmail: 'soc@example.com' });
  const key = theOne(stack, 'AWS::KMS::Key', 'DetectionMail').Properties;
  const ofEvents = key.KeyPolicy.Statement.filter(
    ({ Principal }: Statement) => Principal?.Service === 'events.amazonaws.com',
  );

  expect(ofEvents.length).toBeGreaterThan(0);
  for (const one of ofEvents) expect(one.Condition).toBeUndefined();
  expect(ofEvents.flatMap(({ Action }: Statement) => Action)).toEqual(
    expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey*']),
  );
});

it('rings when the bus cannot deliver', () => {
  const alarms = ofType(
    synthesize({ detectionEmail: 'soc@example.com' }),
    'AWS::CloudWatch::Alarm',
  );
  const failed = alarms
    .map(([, one]) => one.Properties)
    .filter(({ MetricName }) => MetricName === 'FailedInvocations');

  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ Namespace: 'AWS/Events', Threshold: 0 });
  expect(failed[0].Dimensions).toEqual([
    { Name: 'RuleName', Value: { Ref: expect.stringContaining('DetectionMailRule') } },
  ]);
});

type Statement = {
  readonly Principal?: { readonly Service?: string };
  readonly Action: string | readonly string[];
};
