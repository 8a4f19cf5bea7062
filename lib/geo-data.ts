// The location data as a layer: it changes monthly, the code does not. Only locate mounts it.

import { RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export class GeoData extends Construct {
  /** Where functions that mount the layer find the data. */
  static readonly folder = '/opt/geo';
  readonly layer: LayerVersion;

  /** @param props.path folder on this machine that holds `geo/` */
  constructor(scope: Construct, id: string, props: { readonly path: string }) {
    super(scope, id);
    this.layer = new LayerVersion(this, 'Layer', {
      description: 'IP location data: DB-IP (CC BY 4.0) and RouteViews',
      code: Code.fromAsset(props.path),
      compatibleArchitectures: [Architecture.ARM_64],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
