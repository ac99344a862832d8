namespace OrleansCompute.Tensors.Execution;

/// <summary>Notes when each step of one run began and how long it took. Steps of several streams write to places of their own: no lock.</summary>
internal sealed class RunTrace(TimeProvider clock, CompiledStep[] steps)
{
    private readonly long _start = clock.GetTimestamp();
    private readonly Dictionary<CompiledStep, int> _numbers = steps.Select((step, i) => (step, i)).ToDictionary(pair => pair.step, pair => pair.i);
    private readonly ProfileEvent[] _events = new ProfileEvent[steps.Length];

    public IReadOnlyList<ProfileEvent> Events => [.. _events.OrderBy(call => call.Start)];

    public long Begin() => clock.GetTimestamp();

    public void End(CompiledStep step, long began, int stream)
    {
        var number = _numbers[step];
        _events[number] = new ProfileEvent(number, clock.GetElapsedTime(_start, began), clock.GetElapsedTime(began), stream);
    }
}
