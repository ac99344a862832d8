using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Fakes;

/// <summary>Keeps what the coordinator reports, in order, and lets a test act on it.</summary>
internal sealed class EventLog(Action<TrainingEvent>? onEvent = null) : IProgress<TrainingEvent>
{
    public List<TrainingEvent> Events { get; } = [];

    public IEnumerable<TrainingEvent.StepCompleted> Steps => Events.OfType<TrainingEvent.StepCompleted>();

    public void Report(TrainingEvent value)
    {
        Events.Add(value);
        onEvent?.Invoke(value);
    }
}
