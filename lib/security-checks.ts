// cdk-nag over the whole app: a finding without an acknowledgement fails synth and deploy.
// Exceptions are written, with their reason, beside the construct they concern.

import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** Has every resource checked against the AWS Solutions and Serverless rules. */
export function checkSecurity(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
