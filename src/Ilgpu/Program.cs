using Verify.Ilgpu;

using var engine = new IlgpuEngine();
return Verify.CommandLine.Program.Run(args, engine);
