// Response headers of the console and of the API behind it, as CloudFront adds them. Those of the
// console are what local/console-files.ts sends; a test compares them.

import { Aws, Duration } from 'aws-cdk-lib';
import { HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/** No inline script or style, no sink for text as code; requests to this origin only. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const custom = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'geolocation=(), camera=(), microphone=()',
};

/**
 * Names of CloudFront's policies are those of the whole account, all regions together: with region
 * and stack in them, a second deployment in the account has its own.
 */
export const accountWideName = (what: string): string =>
  `${Aws.STACK_NAME}-${Aws.REGION}-console-${what}`;

/** A browser uses nothing but HTTPS for this long. */
const strictTransport = {
  accessControlMaxAge: Duration.days(730),
  includeSubdomains: false,
  preload: false,
  override: true,
};

/** Headers of the page's files. */
export function pageHeaders(scope: Construct): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, 'PageHeaders', {
    responseHeadersPolicyName: accountWideName('page'),
    comment: 'Wherefrom: the page',
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: strictTransport,
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(custom).map(([header, value]) => ({
        header,
        value,
        override: true,
      })),
    },
  });
}

/** Headers of API answers, which no page may frame or guess the type of. */
export function apiHeaders(scope: Construct): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, 'ApiHeaders', {
    responseHeadersPolicyName: accountWideName('api'),
    comment: 'Wherefrom: the API behind the page',
    securityHeadersBehavior: {
      contentTypeOptions: { override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: strictTransport,
    },
  });
}
