using System.Globalization;
using OrleansCompute.Scheduling.Forecasts;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>
/// Makes one sentence of an explanation, as
/// <c>needs 4 × A100; 2 of 4 free, 2 held by tenant b until about 14:20; would start now with min 2; expected to start at about 14:20</c>.
/// Times of day are those of the clock's time zone. Thread-safe.
/// </summary>
/// <param name="clock">Its time zone, and what day it is.</param>
/// <param name="epoch">The time at which the pool's clock shows 0 seconds.</param>
public sealed class ExplanationText(TimeProvider clock, DateTimeOffset epoch)
{
    private const int MaxTypes = 3;
    private readonly TimeProvider _clock = clock ?? throw new ArgumentNullException(nameof(clock));

    /// <summary>Makes the sentence.</summary>
    public string Render(JobExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        if (!explanation.IsWaiting)
        {
            var end = explanation.End is { IsKnown: true } known ? $"; expected to end at {Time(known)}" : "";
            return $"has {Held(explanation.Placement, explanation.Batch)}: {explanation.PolicyReason}{end}";
        }

        var parts = new List<string> { Need(explanation) };
        foreach (var type in explanation.Supply.Where(type => type.IsAccepted).Take(MaxTypes))
        {
            parts.Add(Supply(explanation, type));
        }

        parts.AddRange(explanation.Limits.Select(limit => Limit(limit)).Where(text => text.Length > 0));
        if (!explanation.WouldStart.IsEmpty)
        {
            parts.Add($"would start now with {string.Join(", or with ", explanation.WouldStart.Select(option => option.Text))}");
        }

        if (explanation.Start is { } start)
        {
            // Nobody's end is known, and the start is: then it is the policy's order that changes until then.
            var holders = explanation.Supply.Where(type => type.IsAccepted).SelectMany(type => type.Holders).ToList();
            var isTurn = holders.Count > 0 && holders.TrueForAll(holder => !holder.Until.IsKnown);
            parts.Add(!start.IsKnown ? "when it will start is not known" : $"expected to start at {Time(start)}{(isTurn ? ", as others make room for it then" : "")}");
        }

        return string.Join("; ", parts);
    }

    /// <summary>A forecast as time of day: <c>about 14:20</c>, or with a range where it was learned.</summary>
    public string Time(SecondsForecast seconds) =>
        !seconds.IsKnown ? "an unknown time"
        : seconds.Basis == ForecastBasis.Stated || seconds.LowSeconds == seconds.HighSeconds ? $"about {Time(seconds.LikelySeconds)}"
        : double.IsInfinity(seconds.HighSeconds) ? $"about {Time(seconds.LikelySeconds)} or much later"
        : Time(seconds.LowSeconds) is var low && Time(seconds.HighSeconds) is var high && low == high ? $"about {Time(seconds.LikelySeconds)}"
        : $"about {Time(seconds.LikelySeconds)} (likely {low} to {high})";

    /// <summary>What a job holds, with the batch that goes with it: <c>2 × A100 on 1 node with batches of 512 samples</c>.</summary>
    /// <param name="placement">What it holds, in words.</param>
    /// <param name="batch">Samples of a step; null where its batch is fixed.</param>
    public static string Held(string placement, int? batch) =>
        batch is { } samples ? string.Create(CultureInfo.InvariantCulture, $"{placement} with batches of {samples} sample{(samples == 1 ? "" : "s")}") : placement;

    private static string Need(JobExplanation explanation)
    {
        var types = explanation.AcceptedTypes.Length == explanation.Supply.Length && explanation.Supply.Length != 1
            ? $"accelerator{(explanation.Needed == 1 ? "" : "s")}"
            : string.Join(" or ", explanation.AcceptedTypes);
        return explanation.Fraction is { } part
            ? string.Create(CultureInfo.InvariantCulture, $"needs {part.ComputeShare:0.###} of {(types.Length == 0 ? "an accelerator" : $"one {types}")}")
            : explanation.AcceptedTypes.IsEmpty ? $"needs {explanation.Needed}" : types.StartsWith("accelerator", StringComparison.Ordinal) ? $"needs {explanation.Needed} {types}"
            : $"needs {explanation.Needed} × {types}";
    }

    private string Supply(JobExplanation explanation, TypeSupply type)
    {
        var name = explanation.Supply.Count(other => other.IsAccepted) == 1 ? "" : $" × {type.Type}";
        var text = type.FreeInParts > 0
            ? Invariant($"{type.Free} of {type.Ready}{name} free and {type.FreeInParts:0.##} left on shared ones")
            : $"{type.Free} of {type.Ready}{name} free";
        if (type.NotReady > 0)
        {
            text += $" ({type.NotReady} more drained or lost)";
        }

        var groups = type.Holders.GroupBy(holder => holder.Tenant, StringComparer.Ordinal).Select(Held).ToList();
        if (type.HeldByOthers > 0)
        {
            groups.Add(Invariant($"{type.HeldByOthers:0.##} by others"));
        }

        return groups.Count == 0 ? text : $"{text}, {string.Join(", ", groups)}";
    }

    private string Held(IGrouping<string, AcceleratorHolder> group)
    {
        var (count, last) = (group.Sum(holder => holder.Accelerators).ToString("0.##", CultureInfo.InvariantCulture), group.MaxBy(holder => holder.Until.LikelySeconds)!.Until);
        var who = group.Key.Length == 0 ? $"job{(group.Count() == 1 ? "" : "s")} {string.Join(", ", group.Select(holder => holder.JobId))}" : $"tenant {group.Key}";
        if (group.Count() == 1 || !group.First().Until.IsKnown)
        {
            return last.IsKnown ? $"{count} held by {who} until {Time(last)}" : $"{count} held by {who}, nobody knows until when";
        }

        var first = group.First().Until;
        return last.IsKnown
            ? $"{count} held by {who}, the first until {Time(first)}, the last until {Time(last)}"
            : $"{count} held by {who}, the first until {Time(first)}, the last nobody knows until when";
    }

    private static string Limit(BindingLimit limit)
    {
        var of = limit.Type is null ? "" : $" × {limit.Type}";
        return limit.Kind switch
        {
            LimitKind.TypeNotAccepted => "the pool has none of a type that it accepts",
            LimitKind.NeverFits => Invariant($"the pool has at most {limit.Allowed:0.##} that it accepts together, so it can never start as it is"),
            LimitKind.Draining => Invariant($"{limit.Used:0.##} are ready; it would fit once drained or lost nodes, {limit.Allowed - limit.Used:0.##}, are back"),
            LimitKind.Fragmentation => Invariant($"{limit.Used:0.##}{of} free but at most {limit.Allowed:0.##} on one node"),
            LimitKind.Quota => Invariant($"tenant {limit.Tenant} holds {limit.Used:0.##} of the {limit.Allowed:0.##}{of} it may hold"),
            LimitKind.Borrowing => Invariant($"tenant {limit.Tenant} holds {limit.Used:0.##} more than it is guaranteed, of the {limit.Allowed:0.##} it may borrow"),
            LimitKind.FairShare => Invariant($"tenant {limit.Tenant} holds {limit.Used:0.##}; its fair share is {limit.Allowed:0.##} while others want theirs"),
            LimitKind.HostResources => Invariant($"{limit.Used:0.##}{of} free but processor cores and host memory for {limit.Allowed:0.##}"),
            LimitKind.Reservation => Invariant($"{limit.Type} is held back for job {limit.JobId}, which waited too long and needs {limit.Used:0.##}; it could have {limit.Allowed:0.##} now"),
            LimitKind.Priority => Invariant($"jobs of up to priority {limit.Allowed:0}, it has {limit.Used:0}, come first"),
            LimitKind.Order => Invariant($"{limit.Used:0} waiting job{(limit.Used == 1 ? "" : "s")} come{(limit.Used == 1 ? "s" : "")} first, among them {limit.JobId}"),
            LimitKind.Budget => $"{limit.Detail ?? "its money is used up"}, so raise its budget",
            _ => "",
        };
    }

    private string Time(double seconds)
    {
        // A forecast beyond what a calendar holds is no time of day.
        if (seconds > 100 * 365.0 * 86_400 + (_clock.GetUtcNow() - epoch).TotalSeconds)
        {
            return "a far-off time";
        }

        var local = TimeZoneInfo.ConvertTime(epoch.AddSeconds(seconds), _clock.LocalTimeZone);
        var today = TimeZoneInfo.ConvertTime(_clock.GetUtcNow(), _clock.LocalTimeZone).Date;
        return local.ToString(local.Date == today ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
