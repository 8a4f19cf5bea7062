// Before every test file: silence what only slows or clutters a test run.
// CloudFormation validation costs 7-10 s a stack inside Jest; `npm run synth` keeps it on.

process.env['CDK_VALIDATION'] ??= 'false';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
