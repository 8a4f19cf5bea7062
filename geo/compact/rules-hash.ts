// Names the rules that are compiled into a compact file.

import { createHash } from 'node:crypto';
import { networkRulesText } from '../network-type.ts';
import { layoutVersion } from './layout.ts';

/** Changes with the layout, the network seed and the name rules: older files are then stale. */
export const rulesHash = createHash('sha256')
  .update(`${layoutVersion}\n${networkRulesText}`)
  .digest('hex');
