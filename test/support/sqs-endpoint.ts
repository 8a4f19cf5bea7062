// A loopback HTTP endpoint that speaks SQS's JSON protocol for SendMessage only, so that tests
// run the real SDK. It keeps what it was sent; a test may make it lie or fail.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SentMessage = {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageAttributes: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue: string }>
  >;
};

/** How the endpoint behaves: `lying` answers with the checksum of another body. */
export type SqsMood = 'well' | 'lying' | 'failing';

export type SqsEndpoint = {
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly sent: SentMessage[];
  mood: SqsMood;
  stop(): Promise<void>;
};

/** Starts the endpoint on a free loopback port. */
export async function startSqsEndpoint(): Promise<SqsEndpoint> {
  const sent: SentMessage[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, result, sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const result: SqsEndpoint = {
    endpoint,
    queueUrl: `${endpoint}/000000000000/batches`,
    sent,
    mood: 'well',
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return result;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { mood }: SqsEndpoint,
  sent: SentMessage[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const reply = (status: number, value: object): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(value));
  };
  if (request.headers['x-amz-target'] !== 'AmazonSQS.SendMessage') {
    return reply(400, { __type: 'com.amazonaws.sqs#InvalidAction', message: 'SendMessage only' });
  }
  if (mood === 'failing') {
    return reply(503, { __type: 'com.amazonaws.sqs#ServiceUnavailable', message: 'try later' });
  }
  const message = JSON.parse(Buffer.concat(chunks).toString()) as SentMessage;
  sent.push(message);
  const body = mood === 'lying' ? message.MessageBody.slice(1) : message.MessageBody;
  reply(200, {
    MessageId: '00000000-0000-4000-8000-000000000000',
    MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
  });
}
