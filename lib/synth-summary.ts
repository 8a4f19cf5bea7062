// What a synthesis made, in a few lines for the person who ran it.

import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';

/** CloudFormation takes templates of so many octets from a bucket (its quotas page). */
const templateOctetsMax = 1_048_576;

/** Kinds of resources that people count. */
const counted: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'functions',
  'AWS::DynamoDB::GlobalTable': 'tables',
  'AWS::SQS::Queue': 'queues',
  'AWS::ApiGatewayV2::Route': 'routes',
  'AWS::CloudWatch::Alarm': 'alarms',
};

/** Says it, after cdk-nag has found nothing that is not acknowledged. */
export function synthSummary(stack: CloudFormationStackArtifact): string {
  const { template, templateFullPath, stackName } = stack;
  const resources = Object.values(template.Resources as Record<string, { Type: string }>);
  const kinds = Object.entries(counted).map(([type, kind]) => {
    const count = resources.filter((one) => one.Type === type).length;
    return `${count} ${kind}`;
  });
  const octets = JSON.stringify(template).length;
  const percent = Math.ceil((octets / templateOctetsMax) * 100);
  const outputs = Object.keys((template.Outputs as object | undefined) ?? {});
  return [
    `made the stack ${stackName}: ${resources.length} resources, among them ${kinds.join(', ')}`,
    `the template takes ${percent} % of what CloudFormation allows: ${templateFullPath}`,
    'checked by cdk-nag (AWS Solutions, Serverless): nothing open; exceptions have reasons in lib/',
    `a deployment will print: ${outputs.join(', ')}`,
  ].join('\n');
}
