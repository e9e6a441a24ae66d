#include "app/planfile.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace Weir {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxFiles = 10'000;

bool isPlanName(const fs::path &path)
{
    return path.extension() == ".json" || path.extension() == ".yaml" || path.extension() == ".yml";
}

Result<void> add(std::vector<PlanFile> &files, const fs::path &path, const std::string &name)
{
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (!error && size > maxPlanBytes)
        return Error{Error::Kind::BadInput, "Plans of more than 16 MB are not read", path.string()};
    std::ifstream stream(path, std::ios::binary);
    PlanFile file{name, std::string(std::istreambuf_iterator<char>(stream), {})};
    if (!stream || error)
        return Error{Error::Kind::NotFound, "This file cannot be read", path.string()};
    files.push_back(std::move(file));
    return {};
}

Result<std::vector<PlanFile>> folderFiles(const fs::path &folder)
{
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::recursive_directory_iterator walk(folder, error), end; !error && walk != end;
         walk.increment(error)) {
        if (walk->is_regular_file(error) && isPlanName(walk->path()))
            paths.push_back(walk->path());
        if (paths.size() > maxFiles)
            return Error{Error::Kind::BadInput, "More than 10000 files are no plan", folder.string()};
    }
    if (error)
        return Error{Error::Kind::NotFound, "This folder cannot be read", folder.string()};
    std::ranges::sort(paths);
    std::vector<PlanFile> files;
    for (const fs::path &path : paths) {
        if (const auto added = add(files, path, fs::relative(path, folder, error).generic_string()); !added)
            return added.error();
    }
    if (files.empty())
        return Error{
            Error::Kind::NotFound, "There is no .json or .yaml file in this folder", folder.string()};
    return files;
}

} // namespace

Result<Plan> loadPlan(const std::string &path)
{
    if (path.empty())
        return builtInPlan();
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        WEIR_TRY(const std::vector<PlanFile> files, folderFiles(path));
        auto plan = readPlan(files);
        if (plan)
            return plan;
        Error error = plan.error();
        error.where = (fs::path(path) / error.where).string();
        return error;
    }
    std::vector<PlanFile> files;
    if (const auto added = add(files, path, path); !added)
        return added.error();
    return readPlan(files);
}

} // namespace Weir
