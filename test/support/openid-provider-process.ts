// An OpenID provider that is not ours (npm `oidc-provider`, certified by the OpenID Foundation), in
// a process of its own: it is an ES module, which Jest does not load. Its development pages ask
// anybody for any name. Told by messages to answer some path wrongly; tells what it was asked.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import type { ProviderFault, ProviderOptions } from './openid-provider.ts';

const options: ProviderOptions = JSON.parse(process.argv[2] ?? '{}');
let fault: ProviderFault | undefined;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  process.send?.({ asked: `${request.method} ${pathname}` });
  if (fault?.path !== pathname) return answer(request, response);
  if (fault.status === 0) return response.destroy();
  response.writeHead(fault.status, { 'content-type': fault.type ?? 'text/html' });
  return response.end(fault.body);
});

let answer = createServer().listeners('request')[0] as ReturnType<Provider['callback']>;

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: options.clientId,
        redirect_uris: [options.redirectUri],
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub', 'email', 'groups'] },
    conformIdTokenClaims: false,
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, email: accountId, groups: ['admin'] }),
    }),
    // Cognito gives a refresh token with every code.
    issueRefreshToken: async () => options.givesRefreshToken !== false,
    ttl: {
      AccessToken: options.accessTokenSeconds ?? 3600,
      RefreshToken: 3600,
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      IdToken: 3600,
    },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      // API Gateway takes JWTs only.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'https://api.example',
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid',
          audience: options.clientId,
          accessTokenFormat: 'jwt',
          accessTokenTTL: options.accessTokenSeconds ?? 3600,
        }),
      },
    },
    extraTokenClaims: () => ({ groups: ['admin'] }),
  });
  answer = provider.callback();
  process.send?.({ issuer });
});

process.on('message', (message: { fault?: ProviderFault }) => {
  fault = message.fault;
  process.send?.({ told: true });
});
process.on('disconnect', () => process.exit());
