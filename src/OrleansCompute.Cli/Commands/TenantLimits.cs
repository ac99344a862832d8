using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Cli.Commands;

/// <summary>What a tenant may hold and is promised, as options; what is not given stays as it is.</summary>
internal sealed class TenantLimits
{
    private readonly Option<int?> _max = new("--max-accelerators") { Description = "Most accelerators it may hold at a time.", HelpName = "N" };
    private readonly Option<string?> _parent = new("--parent") { Description = "Tenant that it belongs to, whose limits hold for it too.", HelpName = "NAME" };
    private readonly Option<double?> _weight = new("--weight") { Description = "Its part of what is shared, relative to its siblings.", HelpName = "X" };
    private readonly Option<string[]> _quota = new("--quota") { Description = "Most accelerators of a kind; at most what the pool has (but see --ahead-of-capacity).", HelpName = "KIND=N", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _guaranteed = new("--guaranteed")
    {
        Description = "Accelerators of a kind that it gets whenever it asks; with those of the other tenants at most what the pool has.", HelpName = "KIND=N", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _borrowing = new("--borrowing-limit") { Description = "Most accelerators beyond its guarantees.", HelpName = "N" };
    private readonly Option<int?> _lending = new("--lending-limit") { Description = "Most accelerators of each guarantee that others may use while they are idle.", HelpName = "N" };

    private readonly Option<bool> _ahead = new("--ahead-of-capacity")
    {
        Description = "Take quotas above what the pool has at present, or of kinds that it has not, because it is going to grow. Without it they are refused, as they limit nothing.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _max, _parent, _weight, _quota, _guaranteed, _borrowing, _lending, _ahead })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The tenant with what was given.</summary>
    /// <exception cref="CommandException">A quota is not of the form KIND=N.</exception>
    public TenantSpec Apply(ParseResult arguments, TenantSpec spec) => spec with
    {
        MaxAccelerators = arguments.GetValue(_max) ?? spec.MaxAccelerators,
        Parent = arguments.GetValue(_parent) ?? spec.Parent,
        Weight = arguments.GetValue(_weight) ?? spec.Weight,
        Quota = Merge("--quota", spec.Quota, arguments.GetValue(_quota)),
        Guaranteed = Merge("--guaranteed", spec.Guaranteed, arguments.GetValue(_guaranteed)),
        BorrowingLimit = arguments.GetValue(_borrowing) ?? spec.BorrowingLimit,
        LendingLimit = arguments.GetValue(_lending) ?? spec.LendingLimit,
        AheadOfCapacity = arguments.GetValue(_ahead),
    };

    private static ImmutableDictionary<string, int> Merge(string option, ImmutableDictionary<string, int> limits, string[]? texts)
    {
        foreach (var text in texts ?? [])
        {
            limits = text.Split('=') is [{ Length: > 0 } kind, var number]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? limits.SetItem(kind, count)
                : throw new CommandException($"{option} is '{text}'; allowed: KIND=N, for example cpu-avx512=4.");
        }

        return limits;
    }
}
