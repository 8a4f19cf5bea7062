// The output of every capture reader (capture-file.ts, pcapng.ts): frames with their time. Their
// content is read by captured-datagrams.ts.

/** One captured frame. */
export type Frame = {
  /** Unix ms; undefined where the capture keeps none. */
  readonly time: number | undefined;
  /** LINKTYPE_ number (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  readonly octets: Buffer;
};
