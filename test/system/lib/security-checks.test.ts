// cdk-nag has a say in every template test; here is shown that its say counts.

import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { checkSecurity } from '../../../lib/security-checks.ts';
import { synthesize } from '../../lib/synthesized.ts';

/** What the checks say of an app; empty when they let it pass. */
function objections(app: App): string {
  checkSecurity(app);
  try {
    app.synth();
    return '';
  } catch (error) {
    return String(error);
  }
}

it('finds nothing in the stack that is not acknowledged with a reason', () => {
  expect(() => synthesize()).not.toThrow();
});

it('fails the synthesis of a queue that accepts plain HTTP', () => {
  const app = new App();
  new Queue(new Stack(app, 'Careless'), 'Queue');

  expect(objections(app)).toContain('AwsSolutions-SQS4');
});

it('accepts an acknowledged finding and still reports the others', () => {
  const app = new App();
  const queue = new Queue(new Stack(app, 'Careless'), 'Queue');
  Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS4', reason: 'a test' });

  const said = objections(app);

  expect(said).not.toContain('AwsSolutions-SQS4');
  expect(said).toContain('AwsSolutions-SQS3');
});
