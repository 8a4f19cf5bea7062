// The HTTP API in front of admit and query: routes, throttles, and an access log that cannot show
// who or from where (no path, no address, no caller: a path holds user names).

import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  type HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Requests a second of one route, as CloudFormation spells it. */
export type Throttle = {
  readonly ThrottlingRateLimit: number;
  readonly ThrottlingBurstLimit: number;
};

/** A relay sends at most a few batches a second; this is room for a few hundred relays. */
export const ingestThrottle: Throttle = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 };
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

export type EdgeApiProps = {
  readonly logRetentionDays: number;
  /** Authenticates the caller, for every route but those of relays. */
  readonly authorizer: IHttpRouteAuthorizer;
};

export class EdgeApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  private readonly props: EdgeApiProps;

  constructor(scope: Construct, id: string, props: EdgeApiProps) {
    super(scope, id);
    this.props = props;
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

  /**
   * Lets relays in without an authorizer: the function verifies their seal.
   * @param routes as `POST /v1/batches`
   */
  serveRelays(id: string, served: IFunction, routes: readonly string[], throttle: Throttle): void {
    const stage = this.stage.node.defaultChild as CfnStage;
    const integration = new HttpLambdaIntegration(id, served);
    for (const key of routes) {
      const [route] = this.api.addRoutes({ ...partsOf(key), integration });
      // A stage may only name routes that exist.
      if (route === undefined) continue;
      stage.node.addDependency(route);
      stage.routeSettings = { ...(stage.routeSettings as object | undefined), [key]: throttle };
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'The function verifies a seal over method, host, path and body; see wire/seal.ts.',
      });
    }
  }

  /** Admits users and tools with a token; the function checks their group. */
  servePeople(id: string, served: IFunction, routes: readonly string[]): void {
    const integration = new HttpLambdaIntegration(id, served);
    const { authorizer } = this.props;
    for (const key of routes) {
      this.api.addRoutes({ ...partsOf(key), integration, authorizer });
    }
  }
}

function partsOf(key: string): { path: string; methods: HttpMethod[] } {
  const [method = '', path = ''] = key.split(' ');
  return { path, methods: [method as HttpMethod] };
}
