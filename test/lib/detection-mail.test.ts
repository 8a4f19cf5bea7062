// Detections by mail: only when asked for, only those worth a mail, readable without a page.

import { detectionSource } from '../../lambdas/siem/publish.ts';
import { detectionSource as sourceInStack } from '../../lib/event-bus.ts';
import { ofType, synthesize } from './synthesized.ts';

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
