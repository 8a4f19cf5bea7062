// What every reader of captures (capture-file.ts, pcapng.ts) makes of a file: frames with their
// time. What is in a frame is captured-datagrams.ts.

/** One captured frame. */
export type Frame = {
  /** Unix ms. */
  readonly time: number;
  /** LINKTYPE_ number (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  readonly octets: Buffer;
};
