// The location data as a layer, because it changes monthly and the code does not. Only locate
// mounts it. A bucket, where the deployment has one, may hold newer data for the next cold start.

import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export type GeoDataProps = {
  /** Folder on this machine that holds `geo/`. */
  readonly path: string;
  /** Whether newer data can be taken without a deployment. */
  readonly hasUpdates: boolean;
};

export class GeoData extends Construct {
  /** Where functions that mount the layer find the data. */
  static readonly folder = '/opt/geo';
  readonly layer: LayerVersion;
  readonly updates: Bucket | undefined;

  constructor(scope: Construct, id: string, props: GeoDataProps) {
    super(scope, id);
    this.layer = new LayerVersion(this, 'Layer', {
      description: 'IP location data: DB-IP (CC BY 4.0) and RouteViews',
      code: Code.fromAsset(props.path),
      compatibleArchitectures: [Architecture.ARM_64],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.updates = props.hasUpdates ? this.makeBucket() : undefined;
  }

  /** Lets a role read newer data, if there is a place for it. */
  allowRead(role: Role): void {
    if (!this.updates) return;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [this.updates.arnForObjects('geo/*')],
      }),
    );
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalIdOf(this.updates)}.Arn>/geo/*]`,
      reason: 'A file is named by its SHA-256: its key is not known before it is made.',
    });
  }

  private makeBucket(): Bucket {
    const bucket = new Bucket(this, 'Updates', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Public location data that one role reads at a cold start: no access log is kept.',
    });
    return bucket;
  }
}

/** How cdk-nag names the bucket in its finding. */
function logicalIdOf(bucket: Bucket): string {
  return Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
}
