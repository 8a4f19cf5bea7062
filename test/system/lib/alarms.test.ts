// The alarms as CloudFormation gets them: what rings, whom it can reach, and that nothing which the
// code calls a fault of ours goes unheard. That each links to a heading: test/tidy/docs.test.ts.

import { batchOutcomes, eventOutcomes } from '../../../domain/outcome.ts';
import { makeLog, metricNamespace } from '../../../lambdas/shared/log.ts';
import { readStackOptions } from '../../../lib/stack-options.ts';
import {
  ofType,
  type Resource,
  type Synthesized,
  synthesize,
  theOne,
} from '../../lib/synthesized.ts';

let stack: Synthesized;
let mailed: Synthesized;
beforeAll(() => {
  stack = synthesize({ console: 'false' });
  mailed = synthesize({ alarmEmail: 'oncall@example.com' });
});

const alarmsOf = (from: Synthesized): Resource['Properties'][] =>
  ofType(from, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const alarmOf = (name: string): Resource['Properties'] =>
  alarmsOf(stack).find(({ AlarmName }) => AlarmName === `Wherefrom-${name}`);

describe('alarms', () => {
  it('watch every function for errors, throttles and slowness', () => {
    const functions = ofType(stack, 'AWS::Lambda::Function').length;

    for (const metric of ['Errors', 'Throttles', 'Duration']) {
      expect(alarmsOf(stack).filter(({ MetricName }) => MetricName === metric)).toHaveLength(
        functions,
      );
    }
  });

  it('ring for slowness at 80 % of the function’s own timeout', () => {
    const { Timeout } = theOne(stack, 'AWS::Lambda::Function', 'Process').Properties;

    expect(alarmOf('process-duration')).toMatchObject({
      ExtendedStatistic: 'p99',
      Threshold: Timeout * 1000 * 0.8,
    });
  });

  it('leave out the label function where it is not deployed', () => {
    const names = alarmsOf(synthesize({ placeLabels: 'false' })).map((one) => one.AlarmName);

    expect(names).toContain('Wherefrom-locate-errors');
    expect(names).not.toContain('Wherefrom-label-errors');
  });

  it('ring at the first dead letter and at batches that wait for a quarter of an hour', () => {
    expect(alarmOf('dead-letters')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Threshold: 0,
      EvaluationPeriods: 1,
    });
    expect(alarmOf('queue-age')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 900,
    });
    const { QueueName } = Object.fromEntries(
      alarmOf('dead-letters').Dimensions.map((one: { Name: string; Value: unknown }) => [
        one.Name,
        one.Value,
      ]),
    );
    expect(JSON.stringify(QueueName)).toContain('DeadLetters');
  });

  it('hear every outcome of the cloud that is our fault, under the name it is counted', () => {
    const faults = Object.entries({ ...batchOutcomes, ...eventOutcomes })
      .filter(([, { isOurFault }]) => isOurFault)
      .map(([MetricName, { stage }]) => ({ MetricName, stage }));
    const heard = alarmsOf(stack)
      .filter(({ Namespace }) => Namespace === metricNamespace)
      .map(({ MetricName, Dimensions }) => ({ MetricName, stage: Dimensions[0].Value }))
      .filter(({ stage }) => faults.some((fault) => fault.stage === stage));

    expect(heard).toEqual(expect.arrayContaining(faults));
    expect(heard).toHaveLength(faults.length);
  });

  it('read the very metric that the log writes', () => {
    const lines: string[] = [];
    const log = makeLog({ service: 'process', now: () => 0, write: (line) => lines.push(line) });
    const { Namespace, MetricName, Dimensions } = alarmOf('events-set-aside');

    log.outcomes('process', { 'set-aside': 2 });

    const written = JSON.parse(lines[0] ?? '{}');
    const [metrics] = written._aws.CloudWatchMetrics;
    expect(metrics).toMatchObject({ Namespace, Dimensions: [[Dimensions[0].Name]] });
    expect(metrics.Metrics).toEqual([{ Name: MetricName, Unit: 'Count' }]);
    expect(written[Dimensions[0].Name]).toBe(Dimensions[0].Value);
  });

  it('hear of silent relays, missing records, old location data and unreadable messages', () => {
    const others = ['relay-silent', 'ledger-gap', 'geo-data-old', 'not-a-batch'].map(alarmOf);

    expect(others.map(({ MetricName, Dimensions }) => [Dimensions[0].Value, MetricName])).toEqual([
      ['sweep', 'relay-silent'],
      ['sweep', 'ledger-gap'],
      ['locate', 'geo-data-days'],
      ['queue', 'not-a-batch'],
    ]);
    const patient = synthesize({ geoDataDays: '30', relaySilentMinutes: '60' });
    const descriptions = alarmsOf(patient).map((one) => one.AlarmDescription);
    expect(descriptions.join()).toContain('older than 30 days');
    expect(descriptions.join()).toContain('for 60 minutes');
  });

  it('keep ringing between the tries of a batch that fails until it is a dead letter', () => {
    const { Period, EvaluationPeriods, DatapointsToAlarm } = alarmOf('events-retried');
    const receives = theOne(stack, 'AWS::SQS::Queue', 'BatchQueue7').Properties.RedrivePolicy
      .maxReceiveCount;
    const triedAt = [0];
    for (let tries = 1; tries < receives; tries += 1) {
      // A minute of processing beside the pause.
      triedAt.push((triedAt.at(-1) ?? 0) + (Math.min(60, 2 ** (tries - 1)) + 1) * 60);
    }
    const periodsWithTries = new Set(triedAt.map((second) => Math.floor(second / Period)));
    const last = Math.max(...periodsWithTries);

    const silent: number[] = [];
    for (let end = 2; end <= last; end += 1) {
      const window = [...periodsWithTries].filter((p) => p <= end && p > end - EvaluationPeriods);
      if (window.length < DatapointsToAlarm) silent.push(end);
    }

    expect(silent).toEqual([]);
  });

  it('are quiet when there is no traffic, and say when it is over', () => {
    for (const alarm of alarmsOf(stack)) {
      expect(alarm).toMatchObject({
        TreatMissingData: 'notBreaching',
        AlarmActions: [{ Ref: expect.stringContaining('AlarmsTopic') }],
        OKActions: [{ Ref: expect.stringContaining('AlarmsTopic') }],
      });
    }
  });

  it('say in the text where the runbook is published, if it is', () => {
    const url = 'https://wiki.example.com/wherefrom/runbook';

    const texts = alarmsOf(synthesize({ runbookUrl: url })).map((one) => one.AlarmDescription);

    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => !text.includes(`What to do: ${url}#`))).toEqual([]);
  });
});

describe('the alarm topic', () => {
  it('is encrypted with a key of its own and refuses plain HTTP', () => {
    const topic = theOne(stack, 'AWS::SNS::Topic', 'Alarms');
    const [policy] = ofType(stack, 'AWS::SNS::TopicPolicy');

    expect(topic.Properties.KmsMasterKeyId).toEqual({
      'Fn::GetAtt': [expect.stringContaining('AlarmsKey'), 'Arn'],
    });
    expect(policy?.[1].Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('lets in the alarms of this stack and nothing else, and gives them its key', () => {
    const [policy] = ofType(stack, 'AWS::SNS::TopicPolicy');
    const key = theOne(stack, 'AWS::KMS::Key', 'Alarms');
    const allowed = (statements: Resource['Properties'][]): Resource['Properties'][] =>
      statements.filter(
        ({ Effect, Principal }) =>
          Effect === 'Allow' && Principal.Service === 'cloudwatch.amazonaws.com',
      );
    const onTopic = allowed(policy?.[1].Properties.PolicyDocument.Statement);
    const onKey = allowed(key.Properties.KeyPolicy.Statement);

    expect(onTopic).toHaveLength(1);
    expect(onKey).toHaveLength(1);
    for (const { Condition } of [...onTopic, ...onKey]) {
      expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
      expect(JSON.stringify(Condition.ArnLike)).toContain(':alarm:Wherefrom-*');
    }
    expect(alarmsOf(stack).every((one) => one.AlarmName.startsWith('Wherefrom-'))).toBe(true);
  });

  it('gives CloudWatch no right on the key of the data', () => {
    const { KeyPolicy } = theOne(stack, 'AWS::KMS::Key', 'DataKey').Properties;

    expect(JSON.stringify(KeyPolicy)).not.toContain('cloudwatch');
  });

  it('has a subscriber only where the deployment names one', () => {
    const subscriptions = (from: Synthesized) =>
      ofType(from, 'AWS::SNS::Subscription').map(([, one]) => one.Properties);

    expect(subscriptions(stack)).toEqual([]);
    expect(subscriptions(mailed)).toEqual([
      expect.objectContaining({ Protocol: 'email', Endpoint: 'oncall@example.com' }),
    ]);
  });

  it('refuses what is no address and no page', () => {
    const values: Record<string, string> = { alarmEmail: 'me', runbookUrl: 'http://x.example/#a' };

    expect(() => readStackOptions((name) => values[name])).toThrow(/alarmEmail[\s\S]*runbookUrl/);
  });
});

describe('the dashboard', () => {
  it('shows every alarm and follows a batch from the API to the tables', () => {
    const { DashboardBody } = theOne(stack, 'AWS::CloudWatch::Dashboard', 'Dashboard').Properties;
    const text = JSON.stringify(DashboardBody);

    for (const [id] of ofType(stack, 'AWS::CloudWatch::Alarm')) expect(text).toContain(id);
    for (const part of ['admit', 'process', 'locate', 'query', 'label']) {
      expect(text).toContain(part);
    }
    for (const table of ['ProfilesTable', 'ControlTable', 'PlacesTable']) {
      expect(text).toContain(table);
    }
    expect(text).toContain(`SEARCH('{${metricNamespace},stage} stage=`);
  });
});
