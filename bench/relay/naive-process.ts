// The peer that one writes in ten minutes: npm `radius` decodes and answers, a JSON line goes to a
// stream. Nothing is on disk when it answers. Run: naive-process PORT FILE SECRET_FILE

import { createSocket } from 'node:dgram';
import { createWriteStream, readFileSync } from 'node:fs';
import radius from 'radius';

const [port = '0', file = '', secretFile = ''] = process.argv.slice(2);
const secret = readFileSync(secretFile, 'utf8').trim();
const stream = createWriteStream(file);
const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });

socket.on('message', (datagram, { address, port: from }) => {
  const packet = radius.decode({ packet: datagram, secret });
  const { attributes } = packet;
  stream.write(`${JSON.stringify({ time: Date.now(), address, attributes })}\n`);
  socket.send(
    radius.encode_response({ packet, code: 'Accounting-Response', secret }),
    from,
    address,
  );
});
socket.bind(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
