// The host a request was addressed to, in the form that signatures cover.
// It does not decide whether that host is one of ours.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * The host the request came in on. API Gateway's own domain name decides; the Host header may only
 * add a port to it, as on loopback.
 */
export function authorityOf({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const domainName = requestContext.domainName.toLowerCase();
  const host = headers['host']?.toLowerCase().replace(/:443$/, '') ?? domainName;
  return host.replace(/:\d+$/, '') === domainName ? host : domainName;
}
