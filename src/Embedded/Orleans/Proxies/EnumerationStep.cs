namespace Orleans.Embedded;

/// <summary>Asks the grain for the next items. Interleaves with other requests, and may wait for ever, as official Orleans.</summary>
internal sealed class EnumerationStep<T>(EnumerationSession<T> session) : GrainRequest<EnumerationBatch<T>>
{
    public override MethodDescriptor? Method => null;

    public override InvokeMethodOptions Options => InvokeMethodOptions.AlwaysInterleave;

    public override string Description => $"the next items of {session.Description}";

    public override ValueTask<EnumerationBatch<T>> Call(object target) => session.NextAsync(Target!, target);
}
