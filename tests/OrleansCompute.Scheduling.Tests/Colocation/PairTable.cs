using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Tests.Colocation;

/// <summary>Speeds of a job alone, by type, and beside others, by type and the other's name; written out, so that cases can be done by hand.</summary>
internal sealed class PairTable(int size, ImmutableDictionary<string, double> alone, Func<string, string, double> beside) : IGoodputModel, IColocationModel
{
    public static JobSnapshot Job(string id, int size, (string Type, double Speed)[] alone, Func<string, string, double>? beside = null)
    {
        var table = new PairTable(size, alone.ToImmutableDictionary(speed => speed.Type, speed => speed.Speed), beside ?? ((_, _) => 0));
        return new JobSnapshot
        {
            Id = id,
            SubmitSeconds = 0,
            RequestedAccelerators = size,
            MinAccelerators = size,
            MaxAccelerators = size,
            RestartSeconds = 0,
            WorkDone = 0,
            Goodput = table,
            Colocation = beside is null ? null : table,
        };
    }

    public double Goodput(string acceleratorType, int nodes, int accelerators) => accelerators == size ? alone.GetValueOrDefault(acceleratorType) : 0;

    public int MaxTrustedAccelerators(string acceleratorType) => size;

    public double SpeedBeside(JobSnapshot other, string acceleratorType, int accelerators) => accelerators == size ? beside(other.Id, acceleratorType) : 0;
}
