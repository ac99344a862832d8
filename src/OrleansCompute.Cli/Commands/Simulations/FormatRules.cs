using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>Which options go with which formats, and which values they take: what would be ignored, or fail far inside, is refused by the name that the user typed.</summary>
internal static class FormatRules
{
    public static readonly string[] Formats = ["pollux", "sia", "gavel", "fgd", "philly"];

    /// <summary>All but fgd, whose tasks arrive one by one, stay for ever, and belong to nobody.</summary>
    public static readonly string[] Timed = ["pollux", "sia", "gavel", "philly"];

    /// <summary>Whether the user gave an option.</summary>
    public static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    /// <summary>Refuses an option that was given with a format that has no use for it.</summary>
    /// <exception cref="CommandException">It was.</exception>
    public static void Refuse(ParseResult arguments, string format, Option option, IReadOnlyCollection<string> goesWith)
    {
        if (!goesWith.Contains(format) && IsGiven(arguments, option))
        {
            throw new CommandException($"{option.Name} does not go with --format {format}; it goes with {string.Join(", ", goesWith)}.");
        }
    }

    /// <summary>Refuses an option that was given without another, without which it makes no difference.</summary>
    /// <exception cref="CommandException">It was.</exception>
    public static void Needs(ParseResult arguments, Option option, Option partner)
    {
        if (IsGiven(arguments, option) && !IsGiven(arguments, partner))
        {
            throw new CommandException($"{option.Name} needs {partner.Name}, without which it makes no difference; give both or neither.");
        }
    }

    /// <summary>Refuses a file that cannot be written, before any work.</summary>
    /// <exception cref="CommandException">Its folder does not exist, or the name is a folder's.</exception>
    public static void CheckWritable(ParseResult arguments, Option<FileInfo?> option)
    {
        if (arguments.GetValue(option) is { } file && (Directory.Exists(file.FullName) || file.Directory is not { Exists: true }))
        {
            throw new CommandException(
                $"{option.Name} is '{file.FullName}'; {(Directory.Exists(file.FullName) ? "that is a folder; name a file" : $"the folder {file.DirectoryName} does not exist. Create it first")}.");
        }
    }

    /// <summary>Refuses a value that is not in the range; no value is in it.</summary>
    /// <exception cref="CommandException">It is not.</exception>
    public static void Check(Option option, double? value, Func<double, bool> isRight, string allowed)
    {
        if (value is { } number && !isRight(number))
        {
            throw new CommandException(FormattableString.Invariant($"{option.Name} is {number}; allowed {allowed}."));
        }
    }
}
