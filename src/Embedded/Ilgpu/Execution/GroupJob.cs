namespace ILGPU.Execution;

/// <summary>A launch of a kernel that knows its group.</summary>
internal sealed class GroupJob<TArgs>(GroupProgram<TArgs> program, in TArgs args, in LaunchShape shape) : LaunchJob(shape.Groups)
    where TArgs : struct
{
    private readonly LaunchShape _shape = shape;
    private TArgs _args = args;

    protected override void Work(long from, long to)
    {
        var executor = program.Rent();
        executor.Run(ref _args, _shape, from, to);

        // After a failure its threads stand anywhere, so it is not used again.
        program.Return(executor);
    }
}
