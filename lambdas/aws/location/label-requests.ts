// Requests labels for the cells that locations fall into, outside the event path: the answer is not
// awaited, and a failure loses nothing but a nicer name.

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { cellOf, type Location } from '../../../domain/location.ts';
import type { Locate } from '../../../domain/process/ports.ts';
import { type CellKey, labelCellsMax } from '../../label/label.ts';
import { makeClient } from '../client.ts';
import { makeLambdaLocate } from './lambda-locate.ts';

/** Cells a function remembers having asked for. */
const rememberedMax = 20_000;

/** Sends cells to the label function. */
export type RequestLabels = (cells: readonly CellKey[]) => Promise<void>;

/** Makes the request over an asynchronous invocation. */
export function makeLabelRequests(deps: {
  readonly client: Pick<LambdaClient, 'send'>;
  readonly functionName: string;
}): RequestLabels {
  return async (cells) => {
    for (let from = 0; from < cells.length; from += labelCellsMax) {
      const payload = { cells: cells.slice(from, from + labelCellsMax) };
      await deps.client.send(
        new InvokeCommand({
          FunctionName: deps.functionName,
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify(payload)),
        }),
      );
    }
  };
}

/** Only places believed to the city are worth a name; servers and doubtful countries are not. */
function cellKeyOf(location: Location): CellKey | undefined {
  if (location.kind !== 'located' || location.confidence !== 'city') return undefined;
  return { cell: cellOf(location), country: location.country };
}

/** Wraps a Locate so that cells seen for the first time are sent off to be named. */
export function withLabelRequests(locate: Locate, request: RequestLabels): Locate {
  const asked = new Set<string>();
  return async (addresses) => {
    const found = await locate(addresses);
    const fresh: CellKey[] = [];
    for (const location of found.values()) {
      const key = cellKeyOf(location);
      const id = key && `${key.cell}#${key.country}`;
      if (!key || !id || asked.has(id)) continue;
      if (asked.size >= rememberedMax) asked.clear();
      asked.add(id);
      fresh.push(key);
    }
    if (fresh.length > 0) await request(fresh).catch(() => undefined);
    return found;
  };
}

/** The deployed way: the locate function, and the label function where there is one. */
export function makeCloudLocate(locateFunction: string, labelFunction?: string): Locate {
  const client = makeClient(LambdaClient, 'locate');
  const locate = makeLambdaLocate({ client, functionName: locateFunction });
  if (!labelFunction) return locate;
  const asking = { client: makeClient(LambdaClient, 'label'), functionName: labelFunction };
  return withLabelRequests(locate, makeLabelRequests(asking));
}
