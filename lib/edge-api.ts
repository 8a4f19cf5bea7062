// The HTTP API in front of admit and query: routes, throttles, and an access log that cannot say
// who or from where (no path, no address, no caller: a path holds user names).

import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ingestRoute, queryRoutes } from './query-routes.ts';

/** A relay sends at most a few batches a second; this is room for a few hundred relays. */
const ingestThrottle = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 };
const queryThrottle = { rateLimit: 50, burstLimit: 100 };

const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationStatus: '$context.integrationStatus',
  integrationLatencyMs: '$context.integrationLatency',
};

export type EdgeApiProps = { readonly logRetentionDays: number };

export class EdgeApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: EdgeApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { apiName: 'wherefrom', createDefaultStage: false });
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: queryThrottle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
  }

  /** The host that requests are addressed to, without scheme. */
  get authority(): string {
    const { region, urlSuffix } = this.api.stack;
    return `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /** Lets relays deliver batches to `admit`. */
  serveIngest(admit: IFunction): void {
    const [route] = this.api.addRoutes({
      path: ingestRoute,
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Admit', admit),
    });
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.routeSettings = { [`POST ${ingestRoute}`]: ingestThrottle };
    // A stage may only name routes that exist.
    if (route === undefined) return;
    stage.node.addDependency(route);
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'admit verifies an Ed25519 seal over method, host, path and body; see wire/seal.ts.',
    });
  }

  /** Lets callers with an IAM signature read through `query`. */
  serveQuery(query: IFunction): void {
    const integration = new HttpLambdaIntegration('Query', query);
    const authorizer = new HttpIamAuthorizer();
    for (const path of queryRoutes) {
      this.api.addRoutes({ path, methods: [HttpMethod.GET], integration, authorizer });
    }
  }
}
